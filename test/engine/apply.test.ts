import { describe, expect, it } from "vitest";
import { applyChanges, type Step } from "../../src/engine/apply.ts";
import type { Change } from "../../src/model/change.ts";
import { Failure } from "../../src/model/failure.ts";
import { prerequisites } from "../../src/model/order.ts";
import { aDesire, aServiceAccount, CLOUDWATCH, INLINE, managed, S3_READ } from "../fakes/values.ts";
import { applyTo, planIn } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const FULL = aDesire({
  associate: true,
  role: managed({ policies: [CLOUDWATCH, S3_READ], inline: INLINE }),
});

/** The plans of two ServiceAccounts as one, as a file will have it. */
async function twoServiceAccounts(world: World): Promise<Change[]> {
  const plans = [];
  for (const path of ["shop/cart", "search/indexer"])
    plans.push(await planIn(world, aDesire({ serviceAccount: aServiceAccount(path) })));
  return plans.flatMap(({ changes }) => changes);
}

/** `kind` and state of each step, less the starts. */
function endings(steps: readonly Step[]): string[] {
  return steps
    .filter(({ state }) => state !== "started")
    .map(({ change, state }) => `${change.kind} ${state}`);
}

describe("the order", () => {
  it("begins nothing before all that it builds on is done", async () => {
    const world = aWorld();
    const { changes } = await planIn(world, FULL);
    const before = prerequisites(changes);
    const done = new Set<number>();
    const steps = await applyTo(world, changes);
    for (const { state, index } of steps) {
      expect(before[index]?.filter((one) => !done.has(one))).toEqual([]);
      if (state === "done") done.add(index);
    }
    expect([...done].toSorted((a, b) => a - b)).toEqual([...changes.keys()]);
  });

  it("tells every change as started and done, once, with its place and AWS's request ids", async () => {
    const world = aWorld();
    const { changes } = await planIn(world, FULL);
    const steps = await applyTo(world, changes);
    for (const [index, change] of changes.entries()) {
      const own = steps.filter((step) => step.index === index);
      expect(own).toMatchObject([
        { state: "started", change },
        { state: "done", change, milliseconds: expect.any(Number) as number },
      ]);
    }
    const ids = steps.flatMap((step) => (step.state === "done" ? step.requestIds : []));
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
  });

  it("does side by side what does not hang together", async () => {
    const world = aWorld().withProvider();
    const { changes } = await planIn(world, FULL);
    let waiting: (() => void)[] = [];
    // Neither attachment is answered before both have been asked for: one after the other would wait for ever.
    const iam: typeof world.aws.iam = {
      ...world.aws.iam,
      attachPolicy: async (role, policy) => {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length === 2) for (const go of waiting.splice(0)) go();
        });
        return world.aws.iam.attachPolicy(role, policy);
      },
    };
    const steps: Step[] = [];
    for await (const step of applyChanges(changes, { iam, kubernetes: world.kubernetes })) steps.push(step);
    expect(endings(steps).every((ending) => ending.endsWith(" done"))).toBe(true);
  });

  it("is nothing for no changes", async () => {
    expect(await applyTo(aWorld(), [])).toEqual([]);
  });
});

describe("a failure", () => {
  it("holds up only what builds on it", async () => {
    const world = aWorld().withProvider();
    const changes = await twoServiceAccounts(world);
    world.log.fail("iam.createRole", "before", new Failure("denied", "access-denied", "not permitted"));
    const steps = await applyTo(world, changes);
    const of = (path: string) =>
      endings(steps.filter(({ change }) => JSON.stringify(change).includes(path))).toSorted();
    expect(of("shop")).toEqual([
      "attach-policy skipped",
      "create-namespace done",
      "create-role failed",
      "create-service-account skipped",
    ]);
    expect(of("indexer").every((ending) => ending.endsWith(" done"))).toBe(true);
    expect([...world.api.serviceAccounts.keys()]).toEqual([expect.stringContaining("indexer")]);
  });

  it("is a step, with the failure as it came, and the rest goes on", async () => {
    const world = aWorld().withProvider();
    const { changes } = await planIn(world, FULL);
    const failure = new Failure("refused", "quota", "quota exceeded");
    world.log.fail("iam.attachPolicy", "before", failure);
    const steps = await applyTo(world, changes);
    expect(endings(steps).toSorted()).toEqual([
      "attach-policy done",
      "attach-policy failed",
      "create-namespace done",
      "create-role done",
      "create-service-account done",
      "put-inline-policy done",
    ]);
    expect(steps.find(({ state }) => state === "failed")).toMatchObject({ failure });
  });

  it("that is a bug of ours is thrown", async () => {
    const world = aWorld().withProvider();
    const { changes } = await planIn(world, aDesire());
    const applying = async () => {
      for await (const step of applyChanges(changes, { iam: world.aws.iam, kubernetes: undefined }))
        void step;
    };
    await expect(applying()).rejects.toThrow("is not connected");
  });
});

describe("an interruption", () => {
  it("before the first change: nothing is tried", async () => {
    const world = aWorld();
    const { changes } = await planIn(world, FULL);
    world.log.clear();
    const steps = await applyTo(world, changes, { signal: AbortSignal.abort() });
    expect(steps.map(({ state }) => state)).toEqual(changes.map(() => "skipped"));
    expect(world.log.calls).toEqual([]);
  });

  it("finishes what is in flight and begins nothing more", async () => {
    const world = aWorld().withProvider();
    const { changes } = await planIn(world, FULL);
    const interrupt = new AbortController();
    world.log.before("iam.attachPolicy", () => interrupt.abort());
    const steps = await applyTo(world, changes, { signal: interrupt.signal });
    const states = Object.fromEntries(
      ["done", "skipped", "failed"].map((wanted) => [
        wanted,
        steps.filter(({ state }) => state === wanted).map(({ change }) => change.kind),
      ]),
    );
    expect(states).toEqual({
      done: expect.arrayContaining(["create-role", "attach-policy", "put-inline-policy"]) as string[],
      skipped: ["create-service-account"],
      failed: [],
    });
    expect(world.role(world.roleOf(FULL)).attached).toEqual([CLOUDWATCH, S3_READ]);
  });
});
