import { afterAll, beforeAll, expect, test } from "vitest";
import { startRealWorld } from "../../worlds/real-world.ts";
import { startSandboxWorld } from "../../worlds/sandbox-world.ts";
import type { World } from "../../worlds/world.ts";
import { clusterOf } from "../cluster.ts";
import { STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";
import { snapshot } from "../observe-world.ts";

let worlds: readonly World[];

beforeAll(async () => {
  worlds = await Promise.all([startSandboxWorld(), startRealWorld()]);
});
afterAll(async () => {
  await Promise.all((worlds ?? []).map(async (world) => world.stop()));
});

/** All that the main job leaves in a world, and what it says, less what each world has of its own. */
async function mainJobIn(world: World): Promise<unknown> {
  const said = [];
  for (const command of [STORY.associate, STORY.create, STORY.create]) {
    const { code, stdout } = await irsa(command, world.environmentOf("admin"));
    said.push({ code, stdout });
  }
  const { roles, providers } = await snapshot(world);
  const { core } = clusterOf(world);
  const { metadata } = await core.readNamespacedServiceAccount({
    namespace: "amazon-cloudwatch",
    name: "cloudwatch-agent",
  });
  const serviceAccount = { annotations: metadata?.annotations, labels: metadata?.labels };
  return withoutIdentity({ said, roles, providers, serviceAccount }, world);
}

/** Issuer, AWS account, and the hash that a role's name gets from them. */
function withoutIdentity(value: object, { aws, cluster }: World): unknown {
  const issuer = cluster.issuer.slice("https://".length);
  const text = JSON.stringify(value)
    .replaceAll(issuer, "ISSUER")
    .replaceAll(aws.awsAccount, "ACCOUNT")
    .replaceAll(aws.url, "AWS")
    .replaceAll(/(cloudwatch-agent)-[a-z2-7]{10}\b/g, "$1-HASH")
    .replaceAll(/digest [0-9a-f]{16}\b/g, "digest DIGEST")
    // IAM gets the issuer's thumbprint itself where none is given; moto leaves the list empty.
    .replaceAll(/"ThumbprintList":\["[0-9a-f]{40}"\]/g, '"ThumbprintList":[]');
  return JSON.parse(text);
}

test("the main job says and leaves the same in the embedded world and on the real parts", async () => {
  const [embedded, real] = await Promise.all(worlds.map(mainJobIn));
  expect(Object.keys((embedded as { roles: object }).roles)).toEqual([
    "eks-work-cluster-amazon-cloudwatch-cloudwatch-agent-HASH",
  ]);
  expect(embedded).toEqual(real);
});
