import { describe, expect, it } from "vitest";
import { known } from "../../src/model/known.ts";
import { listSubjects } from "../../src/verification/verify-many.ts";
import type { World } from "../fakes/world.ts";
import type { BrokenWorld } from "../verification/broken-worlds/broken-world.ts";
import { aShop, CART, verified } from "../verification/healthy.ts";
import { become, build, WORLDS } from "./broken-shops.ts";
import { POLL_MS, watching } from "./watching.ts";

/** After what time a token is exchanged again, and a poll more. */
const PROOF_MS = 3_600_000 + 2 * POLL_MS;

/** Whether it is one that `verify --all` is about. */
async function isListed({ aws, kubernetes, cluster }: World): Promise<boolean> {
  const sources = { aws, kubernetes: known(kubernetes), cluster: known(cluster), clusterFlags: [] };
  const { subjects } = await listSubjects(sources, undefined);
  return subjects.some(({ namespace, name }) => `${namespace}/${name}` === CART);
}

const ofCart = (events: readonly string[]): readonly string[] =>
  events.filter((event) => event.startsWith(`${CART}: `));

describe("what breaks and is repaired, one after another", () => {
  const groups: Readonly<Record<string, readonly BrokenWorld[]>> = {
    "with a role of its owner's making": WORLDS.filter(
      ({ way, role }) => way === undefined && role === undefined,
    ),
    "with a role of irsa's": WORLDS.filter(({ role }) => role === "ours"),
    "by Pod Identity": WORLDS.filter(({ way }) => way === "pod-identity"),
  };

  it("is more than 40 worlds", () => {
    expect(WORLDS.length).toBeGreaterThan(40);
  });

  it.each(Object.entries(groups))("%s: each has one event, and its repair has one", async (_, worlds) => {
    const [first = {}] = worlds;
    const world = build(first);
    const watch = await watching(world);
    expect([...watch.state().chains].map(([path, { state }]) => [path, state])).toContainEqual([
      CART,
      { verdict: "works" },
    ]);
    const told: unknown[] = [];
    const expected: unknown[] = [];
    for (const { name, breaks, finds } of worlds) {
      let broken = ofCart(await watch.change(() => breaks(world), POLL_MS + 2_000));
      // What no API tells is found when a token is exchanged again.
      if (broken.length === 0) broken = ofCart(await watch.change(() => undefined, PROOF_MS));
      told.push([name, broken]);
      const is = (await isListed(world)) ? "broken" : "none";
      expected.push([name, [`${CART}: works -> ${is === "none" ? is : finds.code}`]]);
      told.push(ofCart(await watch.change(() => become(world, build(first)), POLL_MS + 2_000)));
      expected.push([`${CART}: ${is} -> works`]);
    }
    expect(told).toEqual(expected);
    expect((await verified(world)).verdict).toBe("works");
    await watch.stop();
  });
});

it("tells nothing in a quiet hour, and polls no more than it says", async () => {
  const world = aShop();
  const watch = await watching(world);
  world.log.clear();
  await watch.clock.advance(55 * POLL_MS);
  expect(watch.events()).toEqual([]);
  const calls = world.log.calls.map(({ name }) => name);
  expect(calls.filter((name) => name === "iam.listRolesInFull")).toHaveLength(55);
  expect(calls.filter((name) => name.startsWith("sts."))).toEqual([]);
  const ofCluster = calls.filter((name) => name.startsWith("kubernetes."));
  // Of each kind, whether there are node classes.
  expect(ofCluster).toEqual(Array.from({ length: 2 * 55 }, () => "kubernetes.listNodeClasses"));
  await watch.stop();
});
