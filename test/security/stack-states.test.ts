import { expect } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import { CART, withEksctlServiceAccount } from "../fakes/eksctl-account.ts";
import { adoptionIn, applyAll, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

/** Where an update would go on with what an earlier one, of whoever's, had begun; or where there is none to be had. */
const REFUSED = [
  "UPDATE_FAILED",
  "UPDATE_ROLLBACK_FAILED",
  "ROLLBACK_FAILED",
  "ROLLBACK_COMPLETE",
  "CREATE_FAILED",
  "CREATE_IN_PROGRESS",
  "ROLLBACK_IN_PROGRESS",
  "DELETE_FAILED",
  "DELETE_IN_PROGRESS",
  "REVIEW_IN_PROGRESS",
  "IMPORT_IN_PROGRESS",
  "IMPORT_ROLLBACK_FAILED",
  "IMPORT_ROLLBACK_IN_PROGRESS",
  "UPDATE_SOMETHING_NEW",
];

/** What CloudFormation has done with, whatever the outcome was. */
const TAKEN = [
  "CREATE_COMPLETE",
  "UPDATE_COMPLETE",
  "UPDATE_ROLLBACK_COMPLETE",
  "IMPORT_COMPLETE",
  "IMPORT_ROLLBACK_COMPLETE",
];

function worldWith(status: string): World {
  const world = aWorld().withProvider();
  withEksctlServiceAccount(world, CART, { stack: { status } });
  return world;
}

function turn(world: World, status: string): void {
  for (const [id, stored] of world.stacks)
    world.stacks.set(id, { ...stored, stack: { ...stored.stack, status } });
}

const stackWrites = (world: World) => world.log.writes.filter((name) => name.startsWith("cloudformation."));

attack(
  "other IAM user",
  "L7: a stack whose last update did not complete is not updated with the caller's rights",
  {
    attack: async () => {
      for (const status of REFUSED) {
        const world = worldWith(status);
        const stop = await stopOf(adoptionIn(world, CART, true));
        expect(stop, status).toMatchObject({ kind: "refused", code: "stack-state" });
        expect(stop.detail.facts).toContainEqual(["state", status]);
        expect(world.log.writes).toEqual([]);
      }
    },
    twin: async () => {
      for (const status of TAKEN) {
        const world = worldWith(status);
        await applyAll(world, (await adoptionIn(world, CART, true)).changes);
        expect([...world.stacks.values()].map(({ stack }) => stack.status)).toEqual(["DELETE_COMPLETE"]);
      }
    },
  },
);

attack("other IAM user", "L7 variant: a stack that comes into such a state after the plan is not updated", {
  attack: async () => {
    for (const status of ["UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_FAILED"]) {
      const world = worldWith("UPDATE_COMPLETE");
      const { changes } = await adoptionIn(world, CART, true);
      turn(world, status);
      const stop = await stopOf(applyAll(world, changes));
      expect(stop, status).toMatchObject({ kind: "refused", code: "stack-state" });
      expect(stop).toBeInstanceOf(Failure);
      expect(stackWrites(world)).toEqual([]);
    }
  },
  // Only the state is another by then, and it is one that CloudFormation has done with.
  twin: async () => {
    const world = worldWith("UPDATE_COMPLETE");
    const { changes } = await adoptionIn(world, CART, true);
    turn(world, "UPDATE_ROLLBACK_COMPLETE");
    await applyAll(world, changes);
    expect(stackWrites(world)).toContain("cloudformation.deleteStack");
  },
});

attack("other IAM user", "L7 variant: an update that is under way and ends half-way is not taken up", {
  attack: async () => {
    const world = worldWith("UPDATE_IN_PROGRESS");
    const { changes } = await adoptionIn(world, CART, true);
    world.log.after("cloudformation.getStack", () => turn(world, "UPDATE_FAILED"));
    const stop = await stopOf(applyAll(world, changes));
    expect(stop).toMatchObject({ kind: "refused", code: "stack-state" });
    expect(stackWrites(world)).toEqual([]);
  },
  twin: async () => {
    const world = worldWith("UPDATE_IN_PROGRESS");
    const { changes } = await adoptionIn(world, CART, true);
    world.log.after("cloudformation.getStack", () => turn(world, "UPDATE_COMPLETE"));
    await applyAll(world, changes);
    expect(stackWrites(world)).toContain("cloudformation.setTemplate");
  },
});
