import { describe, expect, it } from "vitest";
import type { Instance } from "../../src/model/node-objects.ts";
import { addNode, addPodOf, allowing, nodeWorld } from "../fakes/node-world.ts";
import type { World } from "../fakes/world.ts";
import { POLL_MS, watching } from "./watching.ts";

const CLOSED: Partial<Instance> = { metadata: { isEnabled: true, requiresToken: true, hopLimit: 1 } };
const OPEN: Partial<Instance> = { metadata: { isEnabled: true, requiresToken: true, hopLimit: 2 } };
const OF_APPLICATIONS = { app: allowing("s3:*") };

/** What the cluster says is told in under 5 s, what AWS says within a poll. */
const WITHIN = { cluster: 4_900, aws: POLL_MS + 2_000 } as const;

interface Case {
  readonly rule: string;
  readonly from: keyof typeof WITHIN;
  readonly world: () => World;
  readonly breaks: (world: World) => unknown;
  readonly repairs: (world: World) => unknown;
}

const CASES: readonly Case[] = [
  {
    rule: "node-role-beyond-baseline",
    from: "aws",
    world: () => nodeWorld({ inline: {} }, CLOSED),
    breaks: (world) => addNode(world, "nodes", { inline: OF_APPLICATIONS }, CLOSED),
    repairs: (world) => addNode(world, "nodes", { inline: {} }, CLOSED),
  },
  {
    rule: "node-role-administrator",
    from: "aws",
    world: () => nodeWorld({ inline: {} }, CLOSED),
    breaks: (world) => addNode(world, "nodes", { inline: { all: allowing("*") } }, CLOSED),
    repairs: (world) => addNode(world, "nodes", { inline: {} }, CLOSED),
  },
  {
    rule: "node-role-reachable",
    from: "aws",
    world: () => nodeWorld({ inline: OF_APPLICATIONS }, CLOSED),
    breaks: (world) => addNode(world, "nodes", { inline: OF_APPLICATIONS }, OPEN),
    repairs: (world) => addNode(world, "nodes", { inline: OF_APPLICATIONS }, CLOSED),
  },
  {
    rule: "pods-on-node-role",
    from: "cluster",
    world: () => nodeWorld({ inline: OF_APPLICATIONS }, OPEN),
    breaks: (world) => addPodOf(world, "shop/reader-1", "deployment/reader"),
    repairs: (world) => world.api.pods.splice(0),
  },
];

describe("what breaks about the role of nodes, and is repaired", () => {
  it.each(CASES)("$rule is told once, and once when it is gone", async (one) => {
    const world = one.world();
    const watch = await watching(world);
    const ofRule = (events: readonly string[]): readonly string[] =>
      events.filter((event) => event.endsWith(` ${one.rule}`));
    expect(ofRule(await watch.change(() => one.breaks(world), WITHIN[one.from]))).toEqual([
      `findingAppeared ${one.rule}`,
    ]);
    expect(await watch.change(() => undefined, 3 * POLL_MS)).toEqual([]);
    expect(ofRule(await watch.change(() => one.repairs(world), WITHIN[one.from]))).toEqual([
      `findingResolved ${one.rule}`,
    ]);
    await watch.stop();
  });
});
