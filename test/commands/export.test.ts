import { describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { aServiceAccount, CLOUDWATCH, ownPolicy, ownRole, S3_READ } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";

const clusterConfig = (name: string, iam: object): string =>
  fileOf(name, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
    iam,
  });

const irsa = (name: string, more: object = {}) => ({
  metadata: { namespace: "shop", name },
  attachPolicyARNs: [CLOUDWATCH],
  ...more,
});

const USING_THEIRS = {
  metadata: { namespace: "shop", name: "cart" },
  attachRoleARN: ownRole("theirs"),
};

const BOTH = clusterConfig("export-both.yaml", {
  withOIDC: true,
  serviceAccounts: [irsa("cart")],
  podIdentityAssociations: [
    { namespace: "shop", serviceAccountName: "search", permissionPolicyARNs: [S3_READ] },
  ],
});

const LIVE = "export --live --cluster eks-work-cluster --region ap-northeast-2";

const told = async (world: World, line: string) => {
  const { failure, heard } = await runIn(world, line);
  return { failure, out: heard.out.join("\n"), err: heard.err.join("\n") };
};

const exported = async (world: World, line: string) => {
  const { failure, out, err } = await told(world, `${line} --to cloudformation`);
  expect(failure).toBeUndefined();
  return { template: parse(out), err };
};

describe("irsa export -f", () => {
  it("prints all of the file, without reading the cluster, and writes nothing", async () => {
    const world = aWorld();
    const { template, err } = await exported(world, `export -f ${BOTH}`);
    const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
    expect(types).toEqual([
      "AWS::IAM::OIDCProvider",
      "AWS::IAM::Role",
      "AWS::IAM::Role",
      "AWS::EKS::PodIdentityAssociation",
    ]);
    expect(err).toContain(
      "not part of the export, since CloudFormation does not manage them: 1 ServiceAccount",
    );
    expect(world.log.writes).toEqual([]);
    expect(world.log.calls.filter(({ name }) => name.startsWith("kubernetes"))).toEqual([]);
  });

  it("exports one way alone, and a selection", async () => {
    const { template } = await exported(aWorld(), `export -f ${BOTH} --way pod-identity`);
    expect(Object.keys(template.Resources)).toHaveLength(2);
    const { template: selected } = await exported(aWorld(), `export -f ${BOTH} --exclude shop/search`);
    expect(Object.keys(selected.Resources)).toHaveLength(2);
  });

  it("uses a role of others as it is: it is not part of the text", async () => {
    const world = aWorld();
    const theirs = ownRole("theirs");
    world.withRole(theirs, { trust: PODS_TRUST });
    const file = clusterConfig("export-existing.yaml", {
      podIdentityAssociations: [{ namespace: "shop", serviceAccountName: "cart", roleARN: theirs }],
    });
    const { template } = await exported(world, `export -f ${file}`);
    expect(Object.values(template.Resources)).toEqual([
      expect.objectContaining({ Properties: expect.objectContaining({ RoleArn: theirs }) }),
    ]);
  });

  it.each([
    ["without the provider", { serviceAccounts: [irsa("cart")] }, ["iam.getProvider"]],
    ["with the provider", { withOIDC: true, serviceAccounts: [irsa("cart")] }, []],
    [
      "with the provider and a role that is used as it is",
      { withOIDC: true, serviceAccounts: [USING_THEIRS] },
      [],
    ],
    ["with a role that is used as it is", { serviceAccounts: [USING_THEIRS] }, ["iam.getProvider"]],
  ])("reads of identity providers only what decides: a file %s", async (title, iam, read) => {
    const world = aWorld().withProvider();
    world.withRole(ownRole("theirs"), {
      trust: world.trustOf({ serviceAccount: aServiceAccount("shop/cart") }),
    });
    const file = clusterConfig(`export-${title.replaceAll(" ", "-")}.yaml`, iam);
    const { failure, out } = await told(world, `export -f ${file} --to terraform`);
    expect(failure).toBeUndefined();
    expect(out).toContain("kubernetes_service_account_v1");
    expect(world.log.calls.map(({ name }) => name).filter((name) => /provider/i.test(name))).toEqual(read);
  });

  it.each([
    [
      "a provider that neither exists nor is asked for",
      { serviceAccounts: [irsa("cart")] },
      "provider-missing",
    ],
    [
      "a policy that does not exist",
      { withOIDC: true, serviceAccounts: [irsa("cart", { attachPolicyARNs: [ownPolicy("no")] })] },
      "no-policy",
    ],
    [
      "a policy that grants administrator access",
      {
        withOIDC: true,
        serviceAccounts: [
          irsa("cart", { attachPolicyARNs: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
        ],
      },
      "administrator-policy",
    ],
    [
      "several that can't be planned",
      {
        withOIDC: true,
        serviceAccounts: [
          irsa("cart", { attachPolicyARNs: [ownPolicy("no")] }),
          irsa("till", { attachPolicyARNs: [ownPolicy("no")] }),
        ],
      },
      "export-incomplete",
    ],
    ["an empty file", { serviceAccounts: [] }, "nothing-to-export"],
    [
      "what CloudFormation would take for a reference",
      {
        withOIDC: true,
        serviceAccounts: [
          irsa("cart", {
            attachPolicy: {
              Version: "2012-10-17",
              Statement: [
                { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::{{resolve:ssm:bucket}}" },
              ],
            },
          }),
        ],
      },
      "not-expressible",
    ],
  ])("prints nothing for %s", async (_, iam, code) => {
    const file = clusterConfig(`export-${code}.yaml`, iam);
    const { failure, out } = await told(aWorld(), `export -f ${file} --to cloudformation`);
    expect(failure?.code).toBe(code);
    expect(out).toBe("");
  });
});

const PODS_TRUST = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow" as const,
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    },
  ],
};

describe("irsa export --live", () => {
  const applied = async (): Promise<World> => {
    const world = aWorld();
    await runWell(world, `apply -f ${BOTH} --approve`);
    return world;
  };

  it("prints what irsa manages, to be retained, and the same logical IDs in the list of what is imported", async () => {
    const world = await applied();
    const { template, err } = await exported(world, LIVE);
    expect(err).toContain("1 ServiceAccount");
    const entries = Object.entries<{ DeletionPolicy: string; Type: string }>(template.Resources);
    expect(entries.map(([, { DeletionPolicy }]) => DeletionPolicy)).toEqual(entries.map(() => "Retain"));
    const { out } = await told(world, `${LIVE} --to cloudformation --imports`);
    const imports = JSON.parse(out) as {
      LogicalResourceId: string;
      ResourceType: string;
      ResourceIdentifier: object;
    }[];
    expect(imports.map(({ LogicalResourceId, ResourceType }) => [LogicalResourceId, ResourceType])).toEqual(
      entries.map(([id, { Type }]) => [id, Type]),
    );
    expect(imports.flatMap(({ ResourceIdentifier }) => Object.keys(ResourceIdentifier))).toEqual([
      "Arn",
      "RoleName",
      "RoleName",
      "AssociationArn",
    ]);
  });

  it("leaves out what others manage, and says so", async () => {
    const world = await applied();
    world
      .withRole(ownRole("theirs"), { trust: PODS_TRUST })
      .withAssociation("shop/till", ownRole("theirs"))
      .withServiceAccount("shop/plain", { annotations: { [ROLE_ANNOTATION]: ownRole("theirs") } });
    const { template, err } = await exported(world, LIVE);
    expect(JSON.stringify(template)).not.toContain("theirs");
    expect(err).toContain("the Pod Identity association of shop/till");
    expect(err).toContain("ServiceAccount shop/plain");
  });

  it.each(["iam.listRoles", "iam.getProvider", "iam.getRole", "eks.describePodIdentities"])(
    "prints nothing where %s is denied",
    async (call) => {
      const world = await applied();
      world.log.deny(call);
      const { failure, out } = await told(world, `${LIVE} --to cloudformation`);
      expect(failure).toMatchObject({ code: "export-incomplete", kind: "denied" });
      expect(out).toBe("");
    },
  );

  it("does not mind the prefix of generated names that the environment has", async () => {
    vi.stubEnv("IRSA_ROLE_PREFIX", "team-");
    const { template } = await exported(await applied(), LIVE);
    vi.unstubAllEnvs();
    expect(Object.keys(template.Resources)).toHaveLength(4);
  });

  it("has nothing to export where irsa manages nothing", async () => {
    const { failure } = await told(aWorld().withProvider(), `${LIVE} --to cloudformation`);
    expect(failure?.code).toBe("nothing-to-export");
  });
});

describe("flags that contradict each other", () => {
  it.each([
    ["export --to cloudformation", "--filename"],
    [`export -f ${BOTH} --to cloudformation --imports`, "--imports"],
    [`export -f ${BOTH} --to terraform --resource-namespace a`, "--resource-namespace"],
    [`export -f ${BOTH} --to ack --resource-namespace A`, "--resource-namespace"],
  ])("%s", async (line, flag) => {
    const { failure } = await told(aWorld(), line);
    expect(failure).toMatchObject({ kind: "input", code: "invalid-input" });
    expect(failure?.message).toContain(flag);
  });
});
