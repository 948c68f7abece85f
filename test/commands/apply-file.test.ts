import { describe, expect, it } from "vitest";
import { runIn, runWell } from "../fakes/command-line.ts";
import { CLOUDWATCH, ownRole, S3_READ } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";

const clusterConfig = (name: string, iam: object): string =>
  fileOf(name, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
    iam,
  });

const irsa = (name: string) => ({ metadata: { namespace: "shop", name }, attachPolicyARNs: [CLOUDWATCH] });
const association = (serviceAccountName: string) => ({
  namespace: "shop",
  serviceAccountName,
  createServiceAccount: true,
  permissionPolicyARNs: [S3_READ],
});

const BOTH = clusterConfig("both-ways.yaml", {
  withOIDC: true,
  serviceAccounts: [irsa("cart")],
  podIdentityAssociations: [association("search")],
});

async function answerOf(world: World, line: string) {
  const { heard, failure } = await runIn(world, `${line} -o json`);
  expect(failure).toBeUndefined();
  return { ...heard, result: JSON.parse(heard.out.join("\n")).result };
}

describe("a file with both ways", () => {
  it("is applied in one run, tells the way of each, and plans to no change", async () => {
    const world = aWorld();
    const { result } = await answerOf(world, `apply -f ${BOTH} --approve`);
    expect(result.serviceAccounts).toMatchObject([
      { serviceAccount: { name: "cart" }, state: "applied", way: "irsa", audience: "sts.amazonaws.com" },
      {
        serviceAccount: { name: "search" },
        state: "applied",
        way: "podIdentity",
        audience: "pods.eks.amazonaws.com",
      },
    ]);
    const again = await runIn(world, `plan -f ${BOTH} --exit-code`);
    expect(again.heard.code).toBe(0);
    expect(again.heard.out.join("\n")).toContain("All 2 ServiceAccounts are up to date.");
  });

  it("with --wait is verified by both ways, as far as pods run", async () => {
    const world = aWorld();
    await runWell(world, `apply -f ${BOTH} --approve`);
    world.associations.delete("shop/search");
    world.api.serviceAccounts.delete("shop/cart");
    const idle = await answerOf(world, `apply -f ${BOTH} --wait --approve`);
    expect(idle.code).toBe(1);
    expect(idle.result.serviceAccounts).toMatchObject([
      { proof: { state: "accepted", way: "irsa" } },
      { proof: { state: "noPod", way: "podIdentity", injected: true } },
    ]);
    expect(idle.err.join("\n")).toContain(
      "shop/search: not verified: no pod runs whose token could be exchanged; new pods are injected (dry run)",
    );
    expect(idle.err.join("\n")).toContain("STS and EKS accept its token");

    world.associations.delete("shop/search");
    world.withDeployment("shop/web", "search");
    const running = await answerOf(world, `apply -f ${BOTH} --wait --approve`);
    expect(running.code).toBe(0);
    const role = world.association("shop/search")?.roleArn.split("/")[1];
    expect(running.result.serviceAccounts[1].proof).toMatchObject({
      state: "accepted",
      way: "podIdentity",
      assumedRoleArn: expect.stringContaining(`:assumed-role/${role}/`) as string,
    });
    expect(running.err.join("\n")).toContain("EKS accepts its token");
  });

  it("with --wait verifies associations whose ServiceAccounts others create", async () => {
    const { createServiceAccount: _, ...ofOthers } = association("search");
    const file = clusterConfig("associations-of-others.yaml", { podIdentityAssociations: [ofOthers] });
    const world = aWorld();
    const idle = await answerOf(world, `apply -f ${file} --wait --approve`);
    expect([idle.code, idle.result.serviceAccounts[0].proof.state]).toEqual([1, "noPod"]);
    world.associations.delete("shop/search");
    world.withServiceAccount("shop/search").withDeployment("shop/web", "search");
    const running = await answerOf(world, `apply -f ${file} --wait --approve`);
    expect([running.code, running.result.serviceAccounts[0].proof.state]).toEqual([0, "accepted"]);
  });

  it("counts only the tokens that are accepted", async () => {
    const world = aWorld();
    world.log.deny("eksAuth.assumeRoleForPodIdentity");
    world.withDeployment("shop/web", "search");
    const { err, code } = await answerOf(world, `apply -f ${BOTH} --wait --approve`);
    expect(code).toBe(1);
    expect(err.join("\n")).toMatch(/shop\/search: not verified: .*AssumeRoleForPodIdentity/);
    expect(err.join("\n")).not.toContain("tokens of 2");
  });

  it("tells once for the cluster where pods won't get their roles, in the plan and when applied", async () => {
    const two = clusterConfig("two-associations.yaml", {
      podIdentityAssociations: [association("search"), association("stock")],
    });
    const world = aWorld();
    world.withDeployment("shop/web", "search").withDeployment("shop/store", "stock");
    for (const line of [`plan -f ${two}`, `apply -f ${two} --approve`]) {
      const { heard } = await runIn(world, line);
      const text = heard.out.join("\n");
      expect(text.split("the Pod Identity agent is not installed")).toHaveLength(2);
      expect(text).toContain(
        "2 pods of 2 ServiceAccounts must be restarted to get their roles: shop/search, shop/stock",
      );
    }
    const again = await runIn(world, `plan -f ${two}`);
    expect(again.heard.out.join("\n")).not.toContain("must be restarted");
  });

  it("without an association reads nothing of agent, nodes and pods", async () => {
    const world = aWorld();
    const file = clusterConfig("irsa-alone.yaml", { withOIDC: true, serviceAccounts: [irsa("cart")] });
    await runIn(world, `plan -f ${file}`);
    const names = new Set(world.log.calls.map(({ name }) => name));
    for (const call of ["eks.getAddon", "eks.describeFargateProfiles", "kubernetes.listNodes"])
      expect(names).not.toContain(call);
  });

  it("counts what an association has beyond it as drift", async () => {
    const world = aWorld();
    await runWell(world, `apply -f ${BOTH} --approve`);
    const { roleArn, ...facts } = world.association("shop/search") ?? { roleArn: "" };
    world.withAssociation("shop/search", roleArn, { ...facts, targetRoleArn: ownRole("target") });
    const plain = await runIn(world, `plan -f ${BOTH} --exit-code`);
    expect(plain.heard.code).toBe(0);
    const drift = await runIn(world, `plan -f ${BOTH} --detect-drift`);
    expect(drift.heard.code).toBe(3);
  });
});

describe("--way", () => {
  it.each([
    ["irsa", "cart", /createProvider/],
    ["pod-identity", "search", /^(?!.*createProvider)/s],
  ])("%s is about the ServiceAccounts of that way alone", async (way, name, expected) => {
    const { result, out } = await answerOf(aWorld(), `plan -f ${BOTH} --way ${way}`);
    expect(result.serviceAccounts).toMatchObject([{ serviceAccount: { name } }]);
    expect(out.join("\n")).toMatch(expected);
  });

  it("can't be used with --prune, which applies to the whole set", async () => {
    const { failure } = await runIn(aWorld(), `apply -f ${BOTH} --set shop --prune --way irsa`);
    expect(failure?.message).toContain("--way can't be used with --prune");
  });
});

describe("--only-missing", () => {
  it.each([
    ["a ServiceAccount", (world: World) => world.api.serviceAccounts.delete("shop/cart"), "shop/cart"],
    ["an association", (world: World) => world.associations.delete("shop/search"), "shop/search"],
  ])("creates %s whose role exists", async (_what, lose, path) => {
    const world = aWorld();
    await runWell(world, `apply -f ${BOTH} --approve`);
    lose(world);
    const { result } = await answerOf(world, `apply -f ${BOTH} --only-missing --approve`);
    expect(result.serviceAccounts).toMatchObject([
      { serviceAccount: { name: path.split("/")[1] }, state: "applied" },
    ]);
  });
});

describe("--leave-existing", () => {
  it("skips an association that irsa does not manage", async () => {
    const world = aWorld().withServiceAccount("shop/search");
    world.withAssociation("shop/search", ownRole("theirs"));
    const own = ownRole("other");
    world.withRole(own, {});
    const file = clusterConfig("taken.yaml", {
      podIdentityAssociations: [
        { namespace: "shop", serviceAccountName: "search", permissionPolicyARNs: [S3_READ] },
      ],
    });
    const refused = await runIn(world, `plan -f ${file}`);
    expect(refused.heard.code).toBe(1);
    const left = await runIn(world, `plan -f ${file} --leave-existing`);
    expect(left.heard.code).toBe(0);
    expect([...left.heard.out, ...left.heard.err].join("\n")).toContain(
      "skipped (already exist and not managed by irsa): shop/search",
    );
  });
});

describe("--prune", () => {
  it("deletes the association, the role and the ServiceAccount of what is no longer in the file", async () => {
    const world = aWorld();
    await runWell(world, `apply -f ${BOTH} --set shop --approve`);
    const file = clusterConfig("one-way.yaml", { withOIDC: true, serviceAccounts: [irsa("cart")] });
    await runWell(world, `apply -f ${file} --set shop --prune --prune-max 1 --approve`);
    expect(world.association("shop/search")).toBeUndefined();
    expect([...world.api.serviceAccounts.keys()]).toEqual(["shop/cart"]);
    expect(world.iam.roles.size).toBe(1);
  });
});
