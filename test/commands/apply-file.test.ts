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

  it("says that --wait does not verify associations", async () => {
    const { heard } = await runIn(aWorld(), `apply -f ${BOTH}`);
    expect([...heard.out, ...heard.err].join("\n")).not.toContain("--wait");
    const waited = await runIn(aWorld(), `apply -f ${BOTH} --wait`);
    expect([...waited.heard.out, ...waited.heard.err].join("\n")).toContain(
      "--wait does not verify 1 Pod Identity association",
    );
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
