import { assert, asyncProperty } from "fast-check";
import { expect, it } from "vitest";
import { roleRef } from "../../src/model/arn.ts";
import { CLOUDWATCH, ownPolicy, ownRole, S3_READ } from "../fakes/values.ts";
import { applyTo } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { arbitraryFile } from "./arbitrary-file.ts";
import { planOf } from "./plan-file.ts";

/** A world in which others have a role and a ServiceAccount of their own. */
function aSharedWorld(): World {
  return aWorld()
    .withPolicy(CLOUDWATCH)
    .withPolicy(S3_READ)
    .withPolicy(ownPolicy("theirs"))
    .withRole(ownRole("theirs"), { tags: { team: "other" } }, { attached: [ownPolicy("theirs")] })
    .withServiceAccount("payments/foreign", {
      annotations: { "eks.amazonaws.com/role-arn": ownRole("theirs") },
    });
}

const foreign = (world: World): string =>
  JSON.stringify([
    world.iam.roles.get("theirs"),
    world.iam.policies.get(ownPolicy("theirs")),
    world.api.serviceAccounts.get("payments/foreign"),
  ]);

it("from any file, apply and then plan is empty, and what is others' is as it was", async () => {
  await assert(
    asyncProperty(arbitraryFile, async (text) => {
      const world = aSharedWorld();
      const before = foreign(world);
      const first = await planOf(text, world);
      expect(first.rows.filter(({ state }) => state === "failed")).toEqual([]);
      await applyTo(world, first.changes);
      expect((await planOf(text, world)).changes).toEqual([]);
      expect(foreign(world)).toBe(before);
    }),
    { numRuns: 60 },
  );
});

it("from any file to any other of the same ServiceAccounts, two applies end in an empty plan", async () => {
  await assert(
    asyncProperty(arbitraryFile, arbitraryFile, async (one, other) => {
      const world = aSharedWorld();
      for (const text of [one, other]) await applyTo(world, (await planOf(text, world)).changes);
      const last = await planOf(other, world);
      expect(last.changes).toEqual([]);
      for (const row of last.rows) {
        if (row.state !== "planned" || row.desired.role.kind !== "managed") continue;
        const found = world.iam.roles.get(roleRef(row.plan.role).name.toLowerCase());
        expect(found?.attached.toSorted()).toEqual(row.desired.role.policies.toSorted());
        expect(Object.keys(found?.inline ?? {})).toEqual(
          row.desired.role.inline === undefined ? [] : ["irsa"],
        );
      }
    }),
    { numRuns: 40 },
  );
});
