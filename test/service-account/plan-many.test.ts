import { describe, expect, it } from "vitest";
import type { Change } from "../../src/model/change.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import type { DesiredServiceAccount } from "../../src/service-account/create/desired.ts";
import { observeServiceAccounts } from "../../src/service-account/fleet/observe.ts";
import { planServiceAccounts, type FleetPlan } from "../../src/service-account/fleet/plan.ts";
import { aDesire, aServiceAccount, CLOUDWATCH, managed, ownPolicy, anAudience } from "../fakes/values.ts";
import { applyTo, bringAbout, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const desire = (path: string, changes: Partial<DesiredServiceAccount> = {}): DesiredServiceAccount =>
  aDesire({ serviceAccount: aServiceAccount(path), ...changes });

async function planIn(
  world: World,
  desires: readonly DesiredServiceAccount[],
  associate = false,
): Promise<FleetPlan> {
  const { aws, cluster, kubernetes } = world;
  const observed = await observeServiceAccounts(desires, cluster, { aws, kubernetes }, () => undefined);
  return planServiceAccounts(observed, { associate, keep: () => true, pruned: [] });
}

const kinds = (changes: readonly Change[]): string[] => changes.map(({ kind }) => kind);
const readsOf = (world: World, name: string): number =>
  world.log.calls.filter((call) => call.name === name).length;

describe("many ServiceAccounts in one plan", () => {
  it("have what they share made once: provider, audiences, namespace", async () => {
    const plan = await planIn(aWorld(), [
      desire("a/one", { associate: true }),
      desire("a/two", { associate: true, audience: anAudience("vault") }),
      desire("b/three", { associate: true }),
    ]);
    expect(kinds(plan.changes)).toEqual([
      "create-provider",
      "create-role",
      "attach-policy",
      "create-namespace",
      "create-service-account",
      "create-role",
      "attach-policy",
      "create-service-account",
      "create-role",
      "attach-policy",
      "create-namespace",
      "create-service-account",
    ]);
    expect(plan.changes[0]).toMatchObject({ clientIds: ["sts.amazonaws.com", "vault"] });
    const namespaces = plan.changes.filter((change) => change.kind === "create-namespace");
    expect(namespaces).toMatchObject([
      { namespace: "a", role: undefined },
      { namespace: "b", role: expect.stringContaining(":role/") as string },
    ]);
  });

  it("ask for the provider where no ServiceAccount needs one", async () => {
    expect(kinds((await planIn(aWorld(), [], true)).changes)).toEqual(["create-provider"]);
    expect((await planIn(aWorld().withProvider(), [], true)).changes).toEqual([]);
  });

  it("read what they share once", async () => {
    const world = aWorld().withProvider();
    await planIn(
      world,
      Array.from({ length: 20 }, (_, at) => desire(`team/a${at}`)),
    );
    expect(readsOf(world, "iam.getProvider")).toBe(1);
    expect(readsOf(world, "iam.getPolicyVersionId")).toBe(1);
    expect(readsOf(world, "kubernetes.getNamespace")).toBe(1);
    expect(readsOf(world, "iam.listRoles")).toBe(1);
    expect(readsOf(world, "iam.getRole")).toBe(0);
  });

  it("go on when one can't be planned, and when one can't be read", async () => {
    const world = aWorld().withProvider();
    world.log.fail("iam.getRole");
    const plan = await planIn(world, [desire("a/unread"), desire("a/default"), desire("a/right")]);
    expect(plan.rows.map((row) => [serviceAccountPath(row.serviceAccount), row.state])).toEqual([
      ["a/unread", "failed"],
      ["a/default", "failed"],
      ["a/right", "planned"],
    ]);
    expect(kinds(plan.changes)).toEqual([
      "create-role",
      "attach-policy",
      "create-namespace",
      "create-service-account",
    ]);
  });

  it("stop when the provider can't be read", async () => {
    const world = aWorld().withProvider();
    world.log.deny("iam.getProvider");
    expect(await stopOf(planIn(world, [desire("a/one")]))).toMatchObject({ kind: "denied" });
  });

  it("are made although one of them fails", async () => {
    const world = aWorld().withProvider();
    const desires = ["a/one", "a/two", "b/three"].map((path) => desire(path));
    const plan = await planIn(world, desires);
    world.log.fail("iam.attachPolicy");
    const steps = await applyTo(world, plan.changes);
    const undone = steps.filter(({ state }) => state === "failed" || state === "skipped");
    // A new ServiceAccount is created beside its policies.
    expect(undone.map(({ state, change }) => [state, change.kind])).toEqual([["failed", "attach-policy"]]);
    const rest = await planIn(world, desires);
    expect(kinds(rest.changes)).toEqual(["attach-policy"]);
    await applyTo(world, rest.changes);
    expect((await planIn(world, desires)).changes).toEqual([]);
  });

  it("say a note of several once", async () => {
    const desires = ["a", "b"].map((name) => desire(`kube-system/${name}`));
    const { notes } = await planIn(aWorld().withProvider(), desires);
    expect(notes.map(({ message }) => message)).toEqual([
      "kube-system/a and 1 more: kube-system is the namespace of the cluster's own controllers",
    ]);
  });

  it("take what is there as create-sa left it", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, desire("a/one"));
    const wanted = managed({ policies: [CLOUDWATCH, ownPolicy("more")] });
    const known = world.withPolicy(ownPolicy("more"));
    const plan = await planIn(known, [desire("a/one", { role: wanted })]);
    expect(kinds(plan.changes)).toEqual(["edit-role", "attach-policy"]);
  });
});
