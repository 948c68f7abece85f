import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import type { ServiceAccount } from "../../src/model/kubernetes-objects.ts";
import { listOf } from "../../src/model/trust-policy/document.ts";
import type { DesiredRemoval } from "../../src/service-account/delete/desired.ts";
import type { RemovalPlan } from "../../src/service-account/delete/plan.ts";
import { worldFacts, worldFrom } from "../fakes/arbitrary.ts";
import type { StoredRole } from "../fakes/iam.ts";
import { aCluster } from "../fakes/values.ts";
import { applyAll, aRemoval, removalIn } from "../fakes/walk.ts";
import type { World } from "../fakes/world.ts";

const RUNS = 500;
const SERVICE_ACCOUNT = "amazon-cloudwatch/cloudwatch-agent";

const asks: fc.Arbitrary<DesiredRemoval> = fc
  .record({
    keepRole: fc.constantFrom(false, false, true),
    keepServiceAccount: fc.boolean(),
    deleteAdopted: fc.boolean(),
    removeTrust: fc.boolean(),
  })
  .map(aRemoval);

function forAll(
  check: (world: World, ask: DesiredRemoval) => Promise<void>,
  more: { readonly seed?: number } = {},
): Promise<void> {
  const cases = fc.asyncProperty(worldFacts, asks, (facts, ask) => check(worldFrom(facts), ask));
  return fc.assert(cases, { numRuns: RUNS, ...more });
}

async function planOrStop(world: World, ask: DesiredRemoval): Promise<RemovalPlan | Failure> {
  try {
    return await removalIn(world, ask);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

const ISSUER = aCluster().issuer.slice("https://".length);

/** What happened to a role that must not happen. */
function harmTo(was: StoredRole, now: StoredRole | undefined, ask: DesiredRemoval, named: boolean): string[] {
  const marked = was.role.tags["irsa/service-account"] === "cloudwatch-agent";
  const others = listOf(was.role.trust.Statement).filter((one) => !JSON.stringify(one).includes(ISSUER));
  const rules: Readonly<Record<string, boolean>> =
    now === undefined
      ? {
          "deleted though not ours": marked,
          "deleted though others may assume it": others.length === 0,
          "deleted though it was taken over": was.role.tags["irsa/origin"] !== "adopted" || ask.deleteAdopted,
        }
      : {
          "changed though not ours": marked || named || same(was, now),
          "lost an attachment": same(was.attached, now.attached),
          "lost an inline policy": same(was.inline, now.inline),
          "lost a tag of its owner": was.role.tags["team"] === now.role.tags["team"],
          "lost a statement of others": others.every((one) =>
            listOf(now.role.trust.Statement).some((other) => same(one, other)),
          ),
        };
  return broken(was.role.name, rules);
}

/** What happened to a ServiceAccount that must not happen. */
function harmToServiceAccount(
  path: string,
  was: ServiceAccount,
  now: ServiceAccount | undefined,
  ask: DesiredRemoval,
): string[] {
  const kept = was.annotations["irsa/account"] === "adopted" || ask.keepServiceAccount;
  return broken(path, {
    "deleted though it was to stay": now !== undefined || !kept,
    "changed though others keep it": was.labels["app.kubernetes.io/managed-by"] !== "Helm" || same(was, now),
    "changed though nobody asked about it": path === SERVICE_ACCOUNT || same(was, now),
    "lost what is the user's":
      now === undefined ||
      (now.labels["tier"] === was.labels["tier"] && now.annotations["note"] === was.annotations["note"]),
  });
}

function broken(name: string, rules: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(rules).flatMap(([harm, current]) => (current ? [] : [`${name}: ${harm}`]));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

describe("in whatever world, whatever is to be kept", () => {
  it("a removal that is done leaves nothing to do that was to be done", () =>
    forAll(async (world, ask) => {
      const plan = await planOrStop(world, ask);
      if (plan instanceof Failure) return;
      await applyAll(world, plan.changes);
      const again = await planOrStop(world, ask);
      // Without an annotation both of two claims come to light.
      if (again instanceof Failure && again.code === "two-roles") return;
      // A second role of ours, which the ServiceAccount did not use, comes to light when the first is gone.
      const second = again instanceof Failure ? again.detail.facts?.at(-1)?.[1] : again.role.arn;
      if (second !== undefined && second !== plan.role.arn) return;
      expect(again).toMatchObject({ changes: [] });
    }));

  it("what is not ours is as it was", () =>
    forAll(async (world, ask) => {
      const was = structuredClone({ ...world.iam, serviceAccounts: world.api.serviceAccounts });
      const plan = await planOrStop(world, ask);
      if (!(plan instanceof Failure)) await applyAll(world, plan.changes);
      const named = plan instanceof Failure || !ask.removeTrust ? undefined : plan.role.arn;
      expect(world.iam.providers).toEqual(was.providers);
      const harm = [...was.roles].flatMap(([name, role]) =>
        harmTo(role, world.iam.roles.get(name), ask, role.role.arn === named),
      );
      const serviceAccounts = [...was.serviceAccounts].flatMap(([path, serviceAccount]) =>
        harmToServiceAccount(path, serviceAccount, world.api.serviceAccounts.get(path), ask),
      );
      expect([...harm, ...serviceAccounts]).toEqual([]);
    }));

  it("planning writes nothing; no pod gets a role that is going, and none that stays is lost sight of", () =>
    forAll(async (world, ask) => {
      const before = world.snapshot();
      const plan = await planOrStop(world, ask);
      expect(world.snapshot()).toEqual(before);
      if (plan instanceof Failure) return;
      const place = plan.changes.findIndex(({ kind }) => kind.endsWith("-account"));
      if (place < 0) return;
      expect(place).toBe(plan.role.fate === "released" ? plan.changes.length - 1 : 0);
    }));
});

it("the worlds and asks are of every kind", async () => {
  const seen = new Set<string>();
  await forAll(
    async (world, ask) => {
      const plan = await planOrStop(world, ask);
      if (plan instanceof Failure) return void seen.add(plan.code);
      seen.add(`role ${plan.role.fate}`).add(`account ${plan.serviceAccountFate}`);
      for (const { code } of plan.notes) seen.add(code);
    },
    { seed: 1 },
  );
  const fates = ["deleted", "released", "kept", "absent"].flatMap((fate) => [
    `role ${fate}`,
    `account ${fate}`,
  ]);
  const codes = [
    "only-statement",
    "annotated-other",
    "role-stays",
    "trust-stays",
    "annotation-stays",
    "owned-elsewhere",
  ];
  expect([...seen].toSorted()).toEqual(expect.arrayContaining([...fates, ...codes]));
});
