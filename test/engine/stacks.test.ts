import { describe, expect, it } from "vitest";
import { Failure } from "../../src/model/failure.ts";
import type { Change } from "../../src/model/change.ts";
import { CART, withEksctlServiceAccount } from "../fakes/eksctl-account.ts";
import { adoptionIn, applyAll, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

async function released(): Promise<{ readonly world: World; readonly changes: readonly Change[] }> {
  const world = aWorld().withProvider();
  withEksctlServiceAccount(world);
  const { changes } = await adoptionIn(world, CART, true);
  world.log.clear();
  return { world, changes };
}

/** Sets the state of the one stack. */
function turn(world: World, status: string, reason?: string): void {
  for (const [id, stored] of world.stacks) {
    const stack = { ...stored.stack, status, ...(reason !== undefined && { reason }) };
    world.stacks.set(id, { ...stored, stack });
  }
}

const statusOf = (world: World) => [...world.stacks.values()].map(({ stack }) => stack.status);
const stackCalls = (world: World) =>
  world.log.calls.map(({ name }) => name).filter((name) => name.startsWith("cloudformation."));

describe("a stack is released", () => {
  it("only once CloudFormation has done with it", async () => {
    const { world, changes } = await released();
    turn(world, "UPDATE_IN_PROGRESS");
    world.log.after("cloudformation.getStack", () => turn(world, "UPDATE_COMPLETE"));
    await applyAll(world, changes);
    expect(stackCalls(world).slice(0, 3)).toEqual([
      "cloudformation.getStack",
      "cloudformation.getStack",
      "cloudformation.getTemplate",
    ]);
    expect(statusOf(world)).toEqual(["DELETE_COMPLETE"]);
  });

  it("where CloudFormation sees nothing to update, if the template retains everything by then", async () => {
    const { world, changes } = await released();
    const retain = changes.find((change) => change.kind === "retain-stack");
    world.log.before("cloudformation.setTemplate", () => {
      for (const [id, stored] of world.stacks)
        world.stacks.set(id, { ...stored, template: retain?.template ?? "" });
    });
    await applyAll(world, changes);
    expect(statusOf(world)).toEqual(["DELETE_COMPLETE"]);
  });

  it("not where the update was rolled back", async () => {
    const { world, changes } = await released();
    world.log.fail(
      "cloudformation.setTemplate",
      "before",
      new Failure("refused", "not-updated", "No updates are to be performed."),
    );
    world.log.before("cloudformation.setTemplate", () =>
      turn(world, "UPDATE_ROLLBACK_COMPLETE", "a stack policy says no"),
    );
    const stop = await stopOf(applyAll(world, changes));
    expect(stop).toMatchObject({ code: "stack-keeps-nothing" });
    expect(stackCalls(world)).not.toContain("cloudformation.deleteStack");
  });

  it.each(["UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"])(
    "not where the update ended half-way, whatever its template says: %s",
    async (status) => {
      const { world, changes } = await released();
      world.log.after("cloudformation.setTemplate", () => turn(world, status, "not permitted"));
      const stop = await stopOf(applyAll(world, changes));
      expect(stop).toMatchObject({ code: "stack-keeps-nothing", detail: { written: true } });
      expect(stackCalls(world)).not.toContain("cloudformation.deleteStack");
      const again = await stopOf(adoptionIn(world, CART, true));
      expect(again).toMatchObject({ kind: "refused", code: "stack-state" });
    },
  );

  it("and not updated where an update has failed since: it would go on with another's template", async () => {
    const { world, changes } = await released();
    turn(world, "UPDATE_FAILED", "not permitted");
    const stop = await stopOf(applyAll(world, changes));
    expect(stop).toMatchObject({ kind: "refused", code: "stack-state" });
    expect(stackCalls(world)).not.toContain("cloudformation.setTemplate");
    expect(await stopOf(adoptionIn(world, CART, true))).toMatchObject({ code: "stack-state" });
  });

  it("and said to stay where it could not be deleted", async () => {
    const { world, changes } = await released();
    world.log.after("cloudformation.deleteStack", () =>
      turn(world, "DELETE_FAILED", "someone exports from it"),
    );
    const stop = await stopOf(applyAll(world, changes));
    expect(stop).toMatchObject({ code: "stack-stays", detail: { written: true } });
    expect(stop.detail.facts).toContainEqual(["CloudFormation", "someone exports from it"]);
  });

  it("by whoever else deleted it meanwhile, and the role is compared all the same", async () => {
    const { world, changes } = await released();
    turn(world, "DELETE_COMPLETE");
    await applyAll(world, changes);
    expect(stackCalls(world).filter((name) => /set|delete/.test(name))).toEqual([]);
  });
});
