import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { longestChain, nameOf, repeatedReads } from "../../../bench/path.ts";
import { requireClusterArn } from "../../worlds/sandbox-world.ts";
import { childEnvironment, clientEnvironment, startSandbox, type Sandbox } from "irsa-sandbox";
import { CLUSTER_NAME } from "../../worlds/world.ts";
import { STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";

/** Long against the moments between calls that are sent concurrently, on a machine that is busy too. */
const LATENCY = 400;

let sandbox: Sandbox;

beforeAll(async () => {
  const arn = requireClusterArn(`arn:aws:eks:eu-west-1:111122223333:cluster/${CLUSTER_NAME}`);
  sandbox = await startSandbox({ clusters: [arn], latency: LATENCY });
});
afterAll(async () => sandbox?.stop());

async function callsOf(args: readonly string[]) {
  sandbox.aws.recorder.clear();
  const environment = childEnvironment({ PATH: process.env["PATH"] }, clientEnvironment(sandbox, {}));
  expect(await irsa(args, environment as Record<string, string>)).toMatchObject({ code: 0 });
  return sandbox.aws.recorder.calls();
}

describe("how long a command waits, in calls that wait for one another", () => {
  test.each([
    ["associate-oidc", [...STORY.associate], 3],
    ["create-sa", [...STORY.create, "--no-wait"], 4],
    ["create-sa where all is done", [...STORY.create, "--no-wait"], 3],
  ])("%s", async (_, args, goal) => {
    const calls = await callsOf(args);
    const chain = longestChain(calls).map(nameOf);
    expect(chain.length, chain.join(" → ")).toBeLessThanOrEqual(goal);
    expect(repeatedReads(calls)).toEqual([]);
  });
});
