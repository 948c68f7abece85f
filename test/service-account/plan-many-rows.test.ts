import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { serviceAccountPath } from "../../src/model/service-account-ref.ts";
import { observeServiceAccounts } from "../../src/service-account/fleet/observe.ts";
import {
  changesOf,
  fleetOf,
  planServiceAccounts,
  roleOf,
  type PlannedServiceAccount,
} from "../../src/service-account/fleet/plan.ts";
import { aDesire, aServiceAccount, anAudience, ownRole } from "../fakes/values.ts";
import { adoptionIn, aRemoval, bringAbout, planIn, removalIn } from "../fakes/walk.ts";
import { withEksctlServiceAccount } from "../fakes/eksctl-account.ts";
import { aWorld } from "../fakes/world.ts";

const [ONE, TWO] = [ownRole("one"), ownRole("two")];

const failed = (
  facts?: NonNullable<ConstructorParameters<typeof Failure>[3]>["facts"],
): PlannedServiceAccount => ({
  serviceAccount: aServiceAccount("shop/cart"),
  state: "failed",
  failure: new Failure("refused", "aws-error", "x", facts === undefined ? {} : { facts }),
});

/** A row of each state that has changes. */
async function rowsOf() {
  const desired = aDesire();
  const serviceAccount = desired.serviceAccount;
  const world = aWorld().withProvider();
  const planned: PlannedServiceAccount = {
    serviceAccount,
    state: "planned",
    desired,
    plan: await planIn(world, desired),
  };
  await bringAbout(world, desired);
  const pruned: PlannedServiceAccount = {
    serviceAccount,
    state: "pruned",
    removal: await removalIn(world, aRemoval()),
  };
  const eksctl = aWorld().withProvider();
  const role = withEksctlServiceAccount(eksctl);
  const adopted: PlannedServiceAccount = {
    serviceAccount: aServiceAccount("shop/cart"),
    state: "adopted",
    plan: await adoptionIn(eksctl, "shop/cart"),
  };
  return { planned, pruned, adopted, computed: world.roleOf(desired), eksctl: role };
}

describe("the role that a row is about", () => {
  it("is the plan's, the adopted one, or the one that goes", async () => {
    const { planned, pruned, adopted, computed, eksctl } = await rowsOf();
    expect([planned, pruned, adopted].map(roleOf)).toEqual([computed, computed, eksctl]);
  });

  it.each<readonly [string, Parameters<typeof failed>[0], string | undefined]>([
    [
      "the only one of its facts",
      [
        ["x", TWO],
        ["role", ONE],
        ["why", "role"],
      ],
      ONE,
    ],
    [
      "none where the facts have several",
      [
        ["role", ONE],
        ["role", TWO],
      ],
      undefined,
    ],
    ["none where one fact has several", [["role", [ONE, TWO]]], undefined],
    ["the only one of a list", [["role", [ONE]]], ONE],
    ["none where it is not a role", [["role", "one"]], undefined],
    ["none where no fact is of a role", [["x", ONE]], undefined],
    ["none without facts", undefined, undefined],
  ])("is, of a row that failed, %s", (_what, facts, role) => expect(roleOf(failed(facts))).toBe(role));
});

it("a row has the changes of its plan, and none where it failed", async () => {
  const { planned, pruned, adopted } = await rowsOf();
  expect([planned, pruned, adopted, failed()].map((row) => changesOf(row).length > 0)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

it("rows that share nothing have their own changes, and the notes with their ServiceAccounts", async () => {
  const { planned, pruned, adopted } = await rowsOf();
  const rows = [planned, pruned, adopted, failed()];
  const fleet = fleetOf(rows);
  expect(fleet.rows).toBe(rows);
  expect(fleet.changes).toEqual(rows.flatMap((row) => [...changesOf(row)]));
  const note = (code: string, message: string) => ({ level: "warning", code, message }) as const;
  const withNotes = (path: string, ...notes: readonly ReturnType<typeof note>[]): PlannedServiceAccount => ({
    ...pruned,
    serviceAccount: aServiceAccount(path),
    removal: { ...pruned.removal, notes },
  });
  const notes = fleetOf([
    withNotes("a/one", note("x", "same"), note("x", "own")),
    withNotes("a/two", note("x", "same"), note("y", "same")),
    withNotes("a/three", note("x", "same")),
  ]).notes;
  expect(notes).toEqual([
    note("x", "a/one and 2 more: same"),
    note("x", "a/one: own"),
    note("y", "a/two: same"),
  ]);
});

describe("a plan of many ServiceAccounts", () => {
  const planOf = async (
    world = aWorld().withProvider(),
    keep: (row: PlannedServiceAccount) => boolean = () => true,
  ) => {
    const desires = ["a/one", "a/two"].map((path, at) =>
      aDesire({
        serviceAccount: aServiceAccount(path),
        associate: true,
        audience: anAudience(`vault-${2 - at}`),
      }),
    );
    const { aws, cluster, kubernetes } = world;
    const observed = await observeServiceAccounts(desires, cluster, { aws, kubernetes }, () => undefined);
    return planServiceAccounts(observed, { associate: false, keep, pruned: [failed()] });
  };

  it("changes the provider once, by all audiences", async () => {
    const { changes } = await planOf();
    expect(changes.filter(({ kind }) => kind.endsWith("-provider"))).toMatchObject([
      { kind: "edit-provider", addClientIds: ["vault-1", "vault-2"] },
    ]);
    expect(changes[0]?.kind).toBe("edit-provider");
  });

  it("has the rows that are to be kept, and all that are pruned", async () => {
    const { rows, changes } = await planOf(
      aWorld().withProvider(),
      ({ serviceAccount }) => serviceAccount.name === "two",
    );
    expect(rows.map(({ serviceAccount }) => serviceAccountPath(serviceAccount))).toEqual([
      "a/two",
      "shop/cart",
    ]);
    expect(changes[0]).toMatchObject({ addClientIds: ["vault-1"] });
  });

  it("creates a namespace for its only ServiceAccount, or for all of them", async () => {
    const namespaceOf = async (keep?: (row: PlannedServiceAccount) => boolean) =>
      (await planOf(undefined, keep)).changes.filter(({ kind }) => kind === "create-namespace");
    expect(await namespaceOf()).toMatchObject([{ role: undefined }]);
    expect(await namespaceOf(({ serviceAccount }) => serviceAccount.name === "one")).toMatchObject([
      { role: expect.any(String) as string },
    ]);
  });
});
