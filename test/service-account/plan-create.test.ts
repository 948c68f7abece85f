import { describe, expect, it } from "vitest";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import {
  aCluster,
  aDesire,
  awsPolicy,
  CLOUDWATCH,
  INLINE,
  ISSUER,
  managed,
  ownPolicy,
  S3_READ,
  anAudience,
} from "../fakes/values.ts";
import { bringAbout, changeOf, kindsOf, planIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld } from "../fakes/world.ts";

const ROLE = "eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-yvzt5rqfiy";

describe("a ServiceAccount and a role that are not there", () => {
  it("makes namespace, role, attachment and ServiceAccount", async () => {
    const plan = await planIn(aWorld().withProvider(), aDesire());
    expect(kindsOf(plan)).toEqual([
      "create-role",
      "attach-policy",
      "create-namespace",
      "create-service-account",
    ]);
    expect(plan).toMatchObject({
      role: `arn:aws:iam::111122223333:role/${ROLE}`,
      audience: "sts.amazonaws.com",
      notes: [],
    });
  });

  it("trusts exactly the ServiceAccount and carries its ownership tags", async () => {
    const world = aWorld().withProvider();
    const { trust, tags, description } = changeOf(await planIn(world, aDesire()), "create-role");
    expect(trust).toEqual(world.trustOf(aDesire()));
    expect(tags).toEqual({
      "irsa/managed-by": "irsa",
      "irsa/origin": "created",
      "irsa/cluster-arn": world.cluster.arn,
      "irsa/namespace": "amazon-cloudwatch",
      "irsa/service-account": "cloudwatch-agent",
      "irsa/attached": expect.stringMatching(/^[a-z2-7]{8}$/) as string,
    });
    expect(description).toBe("IRSA role of amazon-cloudwatch/cloudwatch-agent in eks-work-cluster");
  });

  it("annotates the ServiceAccount, and records it as made", async () => {
    const plan = await planIn(aWorld().withProvider(), aDesire({ labels: { team: "payments" } }));
    expect(changeOf(plan, "create-service-account")).toMatchObject({
      labels: { team: "payments", "app.kubernetes.io/managed-by": "irsa" },
      annotations: { [ROLE_ANNOTATION]: plan.role, "irsa/account": "created" },
    });
  });

  it("leaves out the namespace that is there", async () => {
    const world = aWorld().withProvider().withNamespace("amazon-cloudwatch");
    expect(kindsOf(await planIn(world, aDesire()))).not.toContain("create-namespace");
  });

  it("hands on everything that was asked for the role", async () => {
    const role = managed({
      policies: [CLOUDWATCH, S3_READ],
      inline: INLINE,
      boundary: ownPolicy("edge"),
      maxSessionSeconds: 7200,
      tags: { team: "payments" },
    });
    const plan = await planIn(aWorld().withProvider().withPolicy(ownPolicy("edge")), aDesire({ role }));
    expect(changeOf(plan, "create-role")).toMatchObject({
      boundary: ownPolicy("edge"),
      maxSessionSeconds: 7200,
      tags: { team: "payments" },
    });
    expect(plan.changes.filter(({ kind }) => kind === "attach-policy")).toMatchObject([
      { policy: CLOUDWATCH },
      { policy: S3_READ },
    ]);
    expect(changeOf(plan, "put-inline-policy")).toMatchObject({ name: "irsa", after: INLINE });
  });

  it.each([
    ["--role-name", managed({ name: "agent" as never }), "role/agent"],
    ["--role-path", managed({ path: "/irsa/" }), `role/irsa/${ROLE}`],
    [
      "--role-prefix",
      managed({ prefix: "corp-" }),
      "role/corp-eks-work-cluster-amazon-cloudwatch-cloudwatch-ag-yvzt5rqfiy",
    ],
  ])("names the role as %s says", async (_flag, role, resource) => {
    const plan = await planIn(aWorld().withProvider(), aDesire({ role }));
    expect(plan.role).toBe(`arn:aws:iam::111122223333:${resource}`);
  });

  it("leaves the cluster alone with --role-only", async () => {
    const world = aWorld().withProvider();
    const plan = await planIn(world, aDesire({ roleOnly: true }));
    expect(kindsOf(plan)).toEqual(["create-role", "attach-policy"]);
    expect(world.log.calls.some(({ name }) => name.startsWith("kubernetes."))).toBe(false);
  });

  it.each(["aws-cn", "aws-us-gov"])(
    "takes partition, account and region from the cluster's ARN: %s",
    async (partition) => {
      const region = partition === "aws-cn" ? "cn-north-1" : "us-gov-west-1";
      const issuer = `https://oidc.eks.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}/id/0CA5E`;
      const world = aWorld(
        aCluster({ arn: `arn:${partition}:eks:${region}:444455556666:cluster/west`, issuer }),
      );
      const policy = awsPolicy("CloudWatchAgentServerPolicy", partition);
      const desired = aDesire({ role: managed({ policies: [policy] }), associate: true });
      const { role } = await bringAbout(world, desired);
      expect(role).toMatch(new RegExp(`^arn:${partition}:iam::444455556666:role/west-`));
      const hostAndPath = issuer.slice("https://".length);
      expect(JSON.stringify(world.role(role).role.trust)).toContain(
        `arn:${partition}:iam::444455556666:oidc-provider/${hostAndPath}`,
      );
      expect(world.trustOf(desired)).toEqual(world.role(role).role.trust);
      expect(JSON.stringify(world.role(role).role.trust)).toContain('"sts.amazonaws.com"');
    },
  );

  it.each([
    ["create serviceaccounts", "amazon-cloudwatch/cloudwatch-agent"],
    ["create namespaces", "amazon-cloudwatch/cloudwatch-agent"],
  ] as const)("stops before anything is written where the cluster forbids to %s", async (right, named) => {
    const world = aWorld().withProvider().forbidding(right);
    const stop = await stopOf(planIn(world, aDesire()));
    expect(stop).toMatchObject({ kind: "denied", code: "forbidden" });
    expect(textOf(stop)).toContain(`${right} for ${named}`);
    expect(textOf(stop)).toContain("--role-only -o yaml");
    expect(world.log.writes).toEqual([]);
  });
});

describe("the cluster's provider", () => {
  it("stops without one, with the command to type", async () => {
    const stop = await stopOf(
      planIn(aWorld(), aDesire({ clusterFlags: ["--cluster", "my cluster", "--region", "eu-west-1"] })),
    );
    expect(stop.code).toBe("provider-missing");
    expect(textOf(stop)).toContain(ISSUER);
    const where = ["--cluster", "my cluster", "--region", "eu-west-1"];
    expect(stop.detail.command).toEqual(["irsa", "associate-oidc", ...where, "--approve"]);
  });

  it("stops where it does not accept the audience, with the command to type", async () => {
    const world = aWorld().withProvider({ clientIds: ["sts.amazon.com"] });
    const stop = await stopOf(planIn(world, aDesire({ audience: anAudience("my-app") })));
    expect(stop.code).toBe("audience-missing");
    expect(stop.message).toContain("'my-app'");
    const where = ["--cluster", "eks-work-cluster"];
    expect(stop.detail.command).toEqual(["irsa", "associate-oidc", ...where, "--audience", "my-app"]);
  });

  it("takes provider or audience into the plan with --associate-oidc", async () => {
    const fresh = await planIn(aWorld(), aDesire({ associate: true }));
    expect(kindsOf(fresh)[0]).toBe("create-provider");
    const world = aWorld().withProvider({ clientIds: [] });
    const plan = await planIn(world, aDesire({ associate: true }));
    expect(changeOf(plan, "edit-provider")).toMatchObject({
      addClientIds: ["sts.amazonaws.com"],
      setTags: {},
    });
  });
});

describe("the audience", () => {
  it("is pinned in the trust and stands on the ServiceAccount when asked for", async () => {
    const world = aWorld().withProvider({ clientIds: ["my-app"] });
    const desired = aDesire({ audience: anAudience("my-app") });
    const plan = await planIn(world, desired);
    expect(plan.audience).toBe("my-app");
    expect(changeOf(plan, "create-role").trust).toEqual(world.trustOf(desired));
    expect(changeOf(plan, "create-service-account").annotations).toMatchObject({
      "eks.amazonaws.com/audience": "my-app",
    });
  });

  it("is not the ServiceAccount's own where none is asked for: an annotation writes nothing to IAM", async () => {
    for (const clientIds of [["my-app"], ["sts.amazonaws.com"]]) {
      const world = aWorld()
        .withProvider({ clientIds })
        .withServiceAccount("amazon-cloudwatch/cloudwatch-agent", {
          annotations: { "eks.amazonaws.com/audience": "my-app" },
        });
      const stop = await stopOf(planIn(world, aDesire({ adopt: true, associate: true })));
      expect(stop).toMatchObject({ kind: "refused", code: "audience-unasked" });
      expect(textOf(stop)).toMatch(/'my-app'[\s\S]*--audience/);
    }
  });

  it("is the ServiceAccount's own where all of it is so by now", async () => {
    const world = aWorld().withProvider({ clientIds: ["my-app"] });
    await bringAbout(world, aDesire({ audience: anAudience("my-app") }));
    expect(await planIn(world, aDesire())).toMatchObject({ changes: [], audience: "my-app" });
  });

  it("stops where the ServiceAccount's own is empty, and sets it right when it is asked for", async () => {
    const world = aWorld()
      .withProvider()
      .withServiceAccount("amazon-cloudwatch/cloudwatch-agent", {
        annotations: { "eks.amazonaws.com/audience": "" },
      });
    const stop = await stopOf(planIn(world, aDesire({ adopt: true })));
    expect(stop.code).toBe("empty-audience");
    expect(textOf(stop)).toContain("--audience sts.amazonaws.com");
    const plan = await planIn(world, aDesire({ adopt: true, audience: "sts.amazonaws.com" }));
    expect(changeOf(plan, "edit-service-account").setAnnotations).toMatchObject({
      "eks.amazonaws.com/audience": "sts.amazonaws.com",
    });
  });
});

describe("reads", () => {
  it.each(["iam.getProvider", "iam.getRole", "iam.listAttachedPolicies", "kubernetes.getServiceAccount"])(
    "stops when %s is denied: unknown is not absent",
    async (call) => {
      const world = aWorld().withProvider();
      world.log.deny(call);
      expect(await stopOf(planIn(world, aDesire()))).toMatchObject({ kind: "denied" });
      expect(world.log.writes).toEqual([]);
    },
  );

  it.each([
    ["iam.getPolicyVersionId", "policy-unreadable"],
    ["kubernetes.may", "rights-unknown"],
  ])("goes on with a warning when %s is denied", async (call, code) => {
    const world = aWorld().withProvider();
    world.log.deny(call);
    const plan = await planIn(world, aDesire());
    expect(plan.changes).not.toEqual([]);
    expect(plan.notes).toMatchObject([{ level: "warning", code }]);
  });

  it("goes on with a warning when the access review fails in any other way", async () => {
    const world = aWorld().withProvider();
    world.log.fail("kubernetes.may");
    expect((await planIn(world, aDesire())).notes).toMatchObject([{ code: "rights-unknown" }]);
  });

  it("goes on where providers may not be listed", async () => {
    const world = aWorld();
    world.log.deny("iam.listProviders");
    expect(kindsOf(await planIn(world, aDesire({ associate: true })))).toContain("create-provider");
  });

  it("reads nothing twice", async () => {
    const world = aWorld().withProvider();
    await planIn(world, aDesire({ role: managed({ policies: [CLOUDWATCH, S3_READ], inline: INLINE }) }));
    const calls = world.log.calls.map((call) => JSON.stringify(call));
    expect(new Set(calls).size).toBe(calls.length);
  });
});

describe("annotations beside the webhook's", () => {
  const annotations = { "example.com/owner": "payments" };

  it("are made with the ServiceAccount, and never in the place of ours", async () => {
    const desired = aDesire({ annotations: { ...annotations, [ROLE_ANNOTATION]: "x" } });
    const plan = await planIn(aWorld().withProvider(), desired);
    expect(changeOf(plan, "create-service-account").annotations).toMatchObject({
      ...annotations,
      [ROLE_ANNOTATION]: plan.role,
    });
  });

  it("are repaired on a ServiceAccount of ours", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    const edit = changeOf(await planIn(world, aDesire({ annotations })), "edit-service-account");
    expect(edit.setAnnotations).toEqual(annotations);
  });
});
