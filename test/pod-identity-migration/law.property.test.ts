import { array, assert, asyncProperty, boolean, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { listOf } from "../../src/model/trust-policy/document.ts";
import { runIn } from "../fakes/command-line.ts";
import { strandedPods, withAgent, withIrsa } from "../fakes/moving-world.ts";
import { EC2 } from "../fakes/values.ts";
import { aWorld, type World } from "../fakes/world.ts";

const REACH = "--cluster eks-work-cluster --region ap-northeast-2";
const THERE = `migrate-pod-identity --all ${REACH} --restart --finish --approve`;
const BACK = `migrate-pod-identity --all ${REACH} --back --restart --finish --approve`;
/** More runs than any ServiceAccount needs. */
const MOST_RUNS = 5;

interface Shop {
  readonly hasPods: boolean;
  readonly isShared: boolean;
}

const shops = array(record({ hasPods: boolean(), isShared: boolean() }), {
  minLength: 1,
  maxLength: 3,
});

function worldOf(all: readonly Shop[]): World {
  const world = withAgent(aWorld().withProvider());
  for (const [at, { hasPods, isShared }] of all.entries()) {
    withIrsa(world, pathOf(at));
    if (!hasPods) world.api.pods.pop();
    if (isShared)
      for (const [name, found] of world.iam.roles) {
        const { trust } = found.role;
        if (listOf(trust.Statement).length > 1 || !name.includes(`cart-${at}`)) continue;
        const shared = { ...trust, Statement: [EC2, ...listOf(trust.Statement)] };
        world.iam.roles.set(name, { ...found, role: { ...found.role, trust: shared } });
      }
  }
  return world;
}

const pathOf = (at: number): string => `shop/cart-${at}`;

/** Watches after every call that nobody is without a role. */
function watched(world: World, count: number, stranded: string[]): World {
  for (let call = 1; call < 400; call += 1)
    world.log.after(call, () => {
      for (let at = 0; at < count; at += 1) stranded.push(...strandedPods(world, pathOf(at)));
    });
  return world;
}

/** Runs a command line again and again until it writes nothing. */
async function settle(world: World, line: string, count: number): Promise<void> {
  for (let run = 1; run <= MOST_RUNS; run += 1) {
    world.log.clear();
    const stranded: string[] = [];
    watched(world, count, stranded);
    const { failure, heard } = await runIn(world, line);
    if (failure !== undefined) throw failure;
    expect(heard.code).toBe(0);
    expect(stranded).toEqual([]);
    if (world.log.writes.length === 0) return;
  }
  throw new Error(`${MOST_RUNS} runs were not enough`);
}

describe("a fleet that is migrated step by step", () => {
  it("ends with Pod Identity, returns to what it was, and no pod is ever without its role", async () => {
    await assert(
      asyncProperty(shops, async (all) => {
        const world = worldOf(all);
        const before = world.copy();
        await settle(world, THERE, all.length);
        all.forEach((_, at) => {
          expect(world.serviceAccount(pathOf(at)).annotations).not.toHaveProperty(
            "eks.amazonaws.com/role-arn",
          );
          expect(world.associations.has(pathOf(at))).toBe(true);
        });
        for (const { role } of world.iam.roles.values())
          expect(JSON.stringify(role.trust)).not.toContain("AssumeRoleWithWebIdentity");
        await settle(world, BACK, all.length);
        const [ended, begun] = [world.snapshot(), before.snapshot()].map(withoutHistory);
        expect(ended).toEqual(begun);
      }),
      { numRuns: 12 },
    );
  });

  it("whatever call is the last of a run, the same runs finish it, and no pod is ever without its role", async () => {
    const all = [{ hasPods: true, isShared: true }];
    for (const [line, make] of [
      [THERE, () => worldOf(all)],
      [
        BACK,
        async () => {
          const world = worldOf(all);
          await settle(world, THERE, 1);
          return world;
        },
      ],
    ] as const) {
      const start = await make();
      const end = start.copy();
      await settle(end, line, 1);
      for (const when of ["before", "after"] as const)
        for (let call = 1; call < 90; call += 1) {
          const world = start.copy();
          const stranded: string[] = [];
          for (let at = 1; at < call; at += 1)
            world.log.after(at, () => stranded.push(...strandedPods(world, pathOf(0))));
          world.log.dieAt(call, when);
          await runIn(world, line);
          const hasDied = world.log.isDead;
          expect(stranded).toEqual([]);
          expect(strandedPods(world, pathOf(0))).toEqual([]);
          await settle(world, line, 1);
          expect(withoutHistory(world.snapshot())).toEqual(withoutHistory(end.snapshot()));
          if (!hasDied) break;
        }
    }
  });
});

/** What is compared: not how often a workload was restarted, nor who has ever written a ServiceAccount. */
function withoutHistory(snapshot: object): object {
  const { workloads, serviceAccounts, ...rest } = snapshot as {
    readonly workloads: readonly (readonly [string, object, number])[];
    readonly serviceAccounts: Readonly<Record<string, object>>;
  };
  return {
    ...rest,
    workloads: workloads.map(([key, template]) => [key, template]),
    serviceAccounts: Object.entries(serviceAccounts).map(([path, one]) => [path, { ...one, managers: [] }]),
  };
}

it("five hundred are planned with as many calls as one, but for access reviews of their namespaces", async () => {
  const callsOf = async (count: number): Promise<readonly string[]> => {
    const world = withAgent(aWorld().withProvider());
    for (let at = 0; at < count; at += 1) withIrsa(world, pathOf(at));
    world.log.clear();
    const { failure } = await runIn(world, `migrate-pod-identity --all ${REACH}`);
    if (failure !== undefined) throw failure;
    return world.log.calls.map(({ name }) => name).toSorted();
  };
  const many = await callsOf(500);
  expect(many).toEqual(await callsOf(30));
  expect(many.length).toBeLessThan(15);
});
