import { expect, it } from "vitest";
import { fileOf } from "../interruption/files.ts";
import { runIn, runWell } from "../fakes/command-line.ts";
import { aPod, injected, manifestOf } from "../fakes/pods.ts";
import { aServiceAccount, CLOUDWATCH } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const config = (name: string, paths: readonly string[]): string =>
  fileOf(name, {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name: "eks-work-cluster", region: "ap-northeast-2" },
    iam: {
      withOIDC: true,
      serviceAccounts: paths.map((path) => ({
        metadata: { namespace: path.split("/")[0], name: path.split("/")[1] },
        attachPolicyARNs: [CLOUDWATCH],
      })),
    },
  });

const BEFORE = config("before.yaml", ["shop/cart", "shop/till"]);
const NOW = config("now.yaml", ["shop/cart"]);
const PRUNE = `apply -f ${NOW} --set fleet --prune --prune-max 1`;

/** Two ServiceAccounts of a set, with running pods each. */
async function applied(): Promise<World> {
  const world = aWorld();
  await runWell(world, `apply -f ${BEFORE} --set fleet --approve`);
  for (const name of ["cart", "till"]) {
    const role = world.roleOf({ serviceAccount: aServiceAccount(`shop/${name}`) });
    const pod = injected(manifestOf(name), {
      annotations: { "eks.amazonaws.com/role-arn": role },
      podIdentity: false,
    });
    world.withPod(aPod(`shop/${name}-1`, pod, { workload: `deployment/${name}` }));
  }
  return world;
}

it("a prune names the running pods that lose their credentials, and no others", async () => {
  const world = await applied();
  const { heard } = await runIn(world, PRUNE);
  const text = heard.out.join("\n");
  expect(text).toMatch(/shop\/till: running pods lose access to AWS .*: deployment\/till \(1\)/);
  expect(text).toContain("shop/till: no new pod of deployment/till can start without the ServiceAccount");
  expect(text).not.toContain("deployment/cart");
});

it("where pods may not be listed, that is said and the plan is made", async () => {
  const world = await applied();
  world.log.deny("kubernetes.listPods");
  const { failure, heard } = await runIn(world, PRUNE);
  expect(failure).toBeUndefined();
  expect(heard.out.join("\n")).toContain("shop/till: pods can't be listed");
});
