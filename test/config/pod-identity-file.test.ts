import { describe, expect, it } from "vitest";
import { podIdentityStatement, trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { podIdentityGrantFor } from "../../src/service-account/role/trust.ts";
import { aServiceAccount, CLOUDWATCH, ownPolicy, ownRole, S3_READ } from "../fakes/values.ts";
import { applyAll } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { planOf } from "./plan-file.ts";
import { read, wrongsOf } from "./read.ts";

const HEAD = `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: eks-work-cluster, region: ap-northeast-2 }
`;
const PERMITS = `permissionPolicyARNs: [${S3_READ}]`;
const IRSA = `attachPolicyARNs: [${S3_READ}]`;
const TARGET = "arn:aws:iam::999988887777:role/target";
const SESSION = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';

/** A file with these fields in an association of `shop/cart`. */
function associationOf(rest: string, more = ""): string {
  return `${HEAD}iam:\n  podIdentityAssociations:\n  - namespace: shop\n    serviceAccountName: cart\n    ${rest}\n${more}`;
}

const addons = (...entries: readonly string[]): string =>
  `addons:\n${entries.map((entry) => `- ${entry}\n`).join("")}`;

describe("iam.podIdentityAssociations", () => {
  it("has each of eksctl's fields", () => {
    const [one] = read(
      associationOf(`createServiceAccount: true
    roleName: cart-role
    permissionPolicyARNs: [${S3_READ}, ${CLOUDWATCH}]
    permissionPolicy: { Version: 2012-10-17, Statement: [{ Effect: Allow, Action: "sqs:*", Resource: "*" }] }
    permissionPolicyName: queues
    wellKnownPolicies: { externalDNS: true }
    permissionsBoundaryARN: ${ownPolicy("edge")}
    tags: { team: edge }
    targetRoleARN: ${TARGET}
    disableSessionTags: true
    policy: '${SESSION}'`),
    ).serviceAccounts;
    expect(one).toMatchObject({
      serviceAccount: { namespace: "shop", name: "cart" },
      roleOnly: false,
      role: {
        kind: "managed",
        name: "cart-role",
        policies: [S3_READ, CLOUDWATCH],
        inline: { Statement: [{ Action: "sqs:*" }] },
        boundary: ownPolicy("edge"),
        tags: { team: "edge" },
      },
      wellKnown: [{ policy: { field: "externalDNS" } }],
      podIdentity: {
        targetRole: TARGET,
        withoutSessionTags: true,
        sessionPolicy: SESSION,
        tags: { team: "edge" },
      },
    });
  });

  it("leaves the ServiceAccount alone unless asked to create it, and session tags on unless disabled", () => {
    const [one] = read(associationOf(`${PERMITS}\n    disableSessionTags: false`)).serviceAccounts;
    expect(one).toMatchObject({ roleOnly: true, podIdentity: { withoutSessionTags: false } });
  });

  it("takes a role that is there, which is used unchanged; tags are the association's then", () => {
    const role = ownRole("theirs");
    const [one] = read(associationOf(`roleARN: ${role}\n    tags: { team: edge }`)).serviceAccounts;
    expect(one).toMatchObject({
      role: { kind: "existing", arn: role },
      podIdentity: { tags: { team: "edge" } },
    });
  });

  it("says what it does not use", () => {
    const { notes } = read(associationOf(`${PERMITS}\n    permissionPolicyName: queues`));
    expect(notes.map(({ message }) => message)).toEqual([
      "ignored (managed by eksctl): iam.podIdentityAssociations[].permissionPolicyName",
    ]);
  });

  it.each([
    [
      "no permissions",
      "createServiceAccount: true",
      "a.yaml:6:5 iam.podIdentityAssociations[0] gives no permissions; set one of permissionPolicyARNs, permissionPolicy, wellKnownPolicies or roleARN",
    ],
    [
      "the wrong case",
      `${PERMITS}\n    roleArn: ${ownRole("x")}`,
      "a.yaml:9:5 'roleArn' is not a field of iam.podIdentityAssociations[0]; did you mean 'roleARN'? Fields are case-sensitive",
    ],
    [
      "a role beside what makes one",
      `roleARN: ${ownRole("x")}\n    ${PERMITS}`,
      `a.yaml:9:28 '${S3_READ}' can't be used with roleARN, which does not change the role`,
    ],
    [
      "well-known policies beside a role",
      `roleARN: ${ownRole("x")}\n    wellKnownPolicies: { externalDNS: true }`,
      "a.yaml:9:5 'wellKnownPolicies' can't be used with roleARN, which does not change the role",
    ],
    [
      "a session policy with session tags",
      `${PERMITS}\n    policy: '${SESSION}'`,
      "a.yaml:9:13 'policy' requires disableSessionTags: true",
    ],
    [
      "a session policy that is not JSON",
      `${PERMITS}\n    disableSessionTags: true\n    policy: hello`,
      expect.stringMatching(/^a\.yaml:10:13 'policy' is not valid JSON/) as string,
    ],
    [
      "a target that is no role",
      `${PERMITS}\n    targetRoleARN: ${S3_READ}`,
      expect.stringMatching(/^a\.yaml:9:20 '.*' is not a valid role ARN/) as string,
    ],
    [
      "a wrong boundary",
      `${PERMITS}\n    permissionsBoundaryARN: edge`,
      expect.stringMatching(/^a\.yaml:9:29 'edge' is not a valid policy ARN/) as string,
    ],
    [
      "a switch that is none",
      `${PERMITS}\n    disableSessionTags: maybe`,
      "a.yaml:9:25 iam.podIdentityAssociations[0].disableSessionTags must be true or false, not a string",
    ],
  ])("reports %s with its place", (_what, rest, expected) =>
    expect(wrongsOf(associationOf(rest))).toEqual([expected]),
  );

  it("needs both names", () => {
    const text = `${HEAD}iam: { podIdentityAssociations: [{ ${PERMITS} }] }\n`;
    expect(wrongsOf(text)).toEqual([
      "a.yaml:4:34 iam.podIdentityAssociations[0].namespace must be set: ServiceAccount namespace",
      "a.yaml:4:34 iam.podIdentityAssociations[0].serviceAccountName must be set: ServiceAccount name",
    ]);
  });
});

describe("a ServiceAccount that is named twice", () => {
  const irsa = `  serviceAccounts:\n  - metadata: { namespace: shop, name: cart }\n    ${IRSA}\n`;

  it.each([
    [
      "by both ways",
      associationOf(PERMITS, irsa),
      ["a.yaml:6:5", /^.* is in iam\.podIdentityAssociations and in iam\.serviceAccounts \(a\.yaml:10:5\)/],
    ],
    [
      "in the list of associations",
      associationOf(PERMITS, `  - { namespace: shop, serviceAccountName: cart, ${PERMITS} }\n`),
      ["a.yaml:9:5", /is a duplicate of ServiceAccount, first defined at a\.yaml:6:5$/],
    ],
    [
      "by an add-on too",
      associationOf(
        PERMITS,
        addons(
          `{ name: x, podIdentityAssociations: [{ namespace: shop, serviceAccountName: cart, ${PERMITS} }] }`,
        ),
      ),
      [
        "a.yaml:10:40",
        /is in podIdentityAssociations of the add-on x and in iam\.podIdentityAssociations \(a\.yaml:6:5\)/,
      ],
    ],
  ] as const)("%s is refused", (_what, text, [place, sentence]) => {
    const [only, ...more] = wrongsOf(text);
    expect(more).toEqual([]);
    expect(only?.split(" ")[0]).toBe(place);
    expect(only).toContain("'shop/cart'");
    expect(only).toMatch(sentence);
  });

  it("by IRSA and by an add-on gets the add-on's role, which is said", () => {
    const { notes } = read(
      `${HEAD}iam:\n${irsa}${addons(`{ name: x, podIdentityAssociations: [{ namespace: shop, serviceAccountName: cart, ${PERMITS} }] }`)}`,
    );
    expect(notes).toContainEqual({
      level: "warning",
      code: "addon-association-first",
      message:
        "shop/cart also has an association of the add-on x (a.yaml:9:40): new pods get the association's role, not the one in iam.serviceAccounts",
    });
  });
});

describe("the associations of add-ons", () => {
  const own = `{ namespace: kube-system, serviceAccountName: ebs-csi-controller-sa, ${PERMITS} }`;

  it("are checked, named and left to EKS", () => {
    const file = read(
      `${HEAD}${addons(`{ name: aws-ebs-csi-driver, version: v1, podIdentityAssociations: [${own}] }`)}`,
    );
    expect(file.serviceAccounts).toEqual([]);
    expect(file.notes.map(({ message }) => message)).toEqual([
      "ignored (managed by eksctl): addons",
      "left unchanged (managed by EKS with the add-on): the add-ons' Pod Identity associations of kube-system/ebs-csi-controller-sa (aws-ebs-csi-driver)",
    ]);
  });

  it.each([
    ["addonsConfig: { autoApplyPodIdentityAssociations: true }\n", "all add-ons"],
    [addons("{ name: vpc-cni, useDefaultPodIdentityAssociations: true }", "{ name: coredns }"), "vpc-cni"],
  ])("that EKS recommends are left to it, and said: %s", (text, whose) => {
    expect(read(`${HEAD}${text}`).notes.map(({ message }) => message)).toContain(
      `left unchanged (managed by EKS with the add-on): the Pod Identity associations that EKS recommends for ${whose}`,
    );
  });

  it.each([
    [
      addons(`{ name: x, podIdentityAssociations: [{ namespace: a, serviceAccountName: b }] }`),
      /addons\[0\]\.podIdentityAssociations\[0\] gives no permissions/,
    ],
    [
      addons(
        `{ name: x, podIdentityAssociations: [{ namespace: a, serviceAccountName: b, ${PERMITS}, tags: { a: b } }] }`,
      ),
      /'tags' is not supported for the associations of an add-on$/,
    ],
    [
      addons(`{ name: x, useDefaultPodIdentityAssociations: true, podIdentityAssociations: [${own}] }`),
      /'useDefaultPodIdentityAssociations' can't be used with podIdentityAssociations of the same add-on$/,
    ],
    [
      addons(`{ name: x, podidentityassociations: [] }`),
      /'podidentityassociations' is not a field of addons\[0\]; did you mean 'podIdentityAssociations'\?/,
    ],
  ])("are refused as eksctl refuses them: %s", (text, expected) => {
    const [only, ...more] = wrongsOf(`${HEAD}${text}`);
    expect(more).toEqual([]);
    expect(only).toMatch(expected);
  });
});

describe("a file with an association, planned and applied", () => {
  const applied = async (text: string, world: World): Promise<World> => {
    const plan = await planOf(text, world);
    expect(plan.rows.filter(({ state }) => state === "failed")).toEqual([]);
    await applyAll(world, plan.changes);
    return world;
  };

  it("makes what create-sa --pod-identity makes, without a provider, and then plans to no change", async () => {
    const text = associationOf(`${PERMITS}\n    createServiceAccount: true\n    tags: { team: edge }`);
    const world = aWorld();
    expect((await planOf(text, world)).changes.map(({ kind }) => kind)).toEqual([
      "create-role",
      "attach-policy",
      "create-pod-identity",
      "create-namespace",
      "create-service-account",
    ]);
    await applied(text, world);
    expect(world.association("shop/cart")).toMatchObject({
      tags: { team: "edge", "irsa/origin": "created", "irsa/service-account": "cart" },
    });
    expect(await planOf(text, world)).toMatchObject({ changes: [], notes: [] });
  });

  it("reads neither provider nor cluster for associations alone", async () => {
    const world = aWorld();
    await applied(associationOf(PERMITS), world);
    const names = world.log.calls.map(({ name }) => name);
    expect(names.filter((name) => /provider|kubernetes/i.test(name))).toEqual([]);
    expect(world.api.serviceAccounts.has("shop/cart")).toBe(false);
  });

  it("detaches what the file no longer lists, and tags the association again", async () => {
    const world = await applied(associationOf(`permissionPolicyARNs: [${S3_READ}, ${CLOUDWATCH}]`), aWorld());
    const now = associationOf(`${PERMITS}\n    tags: { team: edge }`);
    expect((await planOf(now, world)).changes.map(({ kind }) => kind).toSorted()).toEqual([
      "detach-policy",
      "edit-role",
      "edit-role",
      "update-pod-identity",
    ]);
    await applied(now, world);
    expect(world.association("shop/cart")?.tags).toMatchObject({ team: "edge", "irsa/origin": "created" });
    expect((await planOf(now, world)).changes).toEqual([]);
  });

  it("names the field, not a flag, where the association disables session tags", async () => {
    const world = await applied(associationOf(`${PERMITS}\n    disableSessionTags: true`), aWorld());
    const [row] = (await planOf(associationOf(PERMITS), world)).rows;
    expect(row).toMatchObject({
      state: "failed",
      failure: {
        code: "session-tags-disabled",
        detail: { advice: expect.stringContaining("disableSessionTags: true") as string },
      },
    });
  });

  it("associates a role that is there without changing it", async () => {
    const role = ownRole("theirs");
    const world = aWorld();
    const grant = podIdentityGrantFor(world.cluster, aServiceAccount("shop/cart"));
    world.withRole(role, { trust: trustPolicy([podIdentityStatement(grant)]) }, { attached: [S3_READ] });
    const before = JSON.stringify(world.iam.roles.get("theirs"));
    await applied(associationOf(`roleARN: ${role}`), world);
    expect(world.association("shop/cart")?.roleArn).toBe(role);
    expect(JSON.stringify(world.iam.roles.get("theirs"))).toBe(before);
  });
});
