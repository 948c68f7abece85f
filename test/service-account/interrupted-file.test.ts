import { describe, expect, it } from "vitest";
import { isFailure } from "../../src/model/failure.ts";
import type { DesiredAccount } from "../../src/service-account/desired.ts";
import { observeAccounts } from "../../src/service-account/observe-many.ts";
import { planAccounts, type FleetPlan } from "../../src/service-account/plan-many.ts";
import { planPrune } from "../../src/service-account/prune.ts";
import { aDesire, anAccount, CLOUDWATCH, INLINE, managed, ownPolicy, S3_READ } from "../fakes/values.ts";
import { applyTo } from "../fakes/walk.ts";
import { WEATHER } from "../fakes/weather.ts";
import { aWorld, type World } from "../fakes/world.ts";

const ask = (path: string, role: Parameters<typeof managed>[0]): DesiredAccount =>
  aDesire({
    account: anAccount(path),
    associate: true,
    role: managed({ exact: true, set: "fleet", ...role }),
  });

/** What was applied last week. */
const BEFORE = [
  ask("a/changes", { policies: [CLOUDWATCH, ownPolicy("more")], inline: INLINE }),
  ask("a/stays", {}),
  ask("b/goes", { policies: [CLOUDWATCH, S3_READ], inline: INLINE }),
];

/** What is asked now: other policies, no inline one, a new account in a new namespace, one account less. */
const NOW = [
  ask("a/changes", { policies: [S3_READ, ownPolicy("more")] }),
  ask("a/stays", {}),
  ask("c/comes", { inline: INLINE }),
];

async function plan(world: World, asks: readonly DesiredAccount[]): Promise<FleetPlan> {
  const { aws, cluster, kubernetes } = world;
  const observed = await observeAccounts(asks, cluster, { aws, kubernetes }, () => undefined);
  const terms = { set: "fleet", stay: asks.map(({ account }) => account), most: 10 };
  const pruned = await planPrune(terms, cluster, { iam: aws.iam, kubernetes });
  return planAccounts(observed, { associate: true, keep: () => true, pruned });
}

/** A run of `apply --prune` that may end anywhere. */
async function run(world: World, asks: readonly DesiredAccount[]): Promise<void> {
  try {
    await applyTo(world, (await plan(world, asks)).changes);
  } catch (error) {
    // Planning stopped: the run ends there.
    if (!isFailure(error)) throw error;
  }
}

async function lastWeek(): Promise<World> {
  const world = aWorld()
    .withPolicy(ownPolicy("more"))
    .withAccount("a/foreign", { annotations: { note: "kept" } });
  await run(world, BEFORE);
  world.log.clear();
  return world;
}

async function undisturbed() {
  const world = await lastWeek();
  await run(world, NOW);
  return { end: world.snapshot(), calls: world.log.calls, writes: world.log.writes };
}

describe("apply of a file with a prune", () => {
  it("is the run that is meant: it makes, changes, takes back and removes", async () => {
    const { writes } = await undisturbed();
    for (const write of [
      "iam.createRole",
      "iam.attachPolicy",
      "iam.detachPolicy",
      "iam.deleteInlinePolicy",
      "iam.deleteRole",
      "kubernetes.createNamespace",
      "kubernetes.createServiceAccount",
      "kubernetes.deleteServiceAccount",
    ])
      expect(writes).toContain(write);
  });

  it.each(WEATHER)("whichever call %s, the same command again finishes it", async (_what, disturb) => {
    const { end, calls } = await undisturbed();
    for (const [index] of calls.entries()) {
      const world = await lastWeek();
      disturb(world, index + 1);
      await run(world, NOW);
      world.log.clear();
      await run(world, NOW);
      expect(world.snapshot(), `call ${index + 1} of ${calls.length}`).toEqual(end);
      expect((await plan(world, NOW)).changes).toEqual([]);
    }
  });
});
