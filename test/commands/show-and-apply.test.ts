import { describe, expect, it } from "vitest";
import { showAndApply, type Work } from "../../src/commands/shared/plan/show-and-apply.ts";
import type { PlanFlags } from "../../src/commands/shared/session/options.ts";
import { exitCodeOf } from "../../src/commands/shared/plan/exit-code.ts";
import { Failure } from "../../src/model/failure.ts";
import { planDigest } from "../../src/model/plan.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { aDesire, managed, S3_READ } from "../fakes/values.ts";
import { bringAbout, planIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const NEVER = { signal: new AbortController().signal, takeInterrupts: async () => undefined };
const SURROUNDINGS = {
  caller: "arn:aws:iam::111122223333:user/ci",
  cluster: { name: "c", chosenBy: "--cluster" },
  overrides: {},
};

async function workIn(world: World, flags: Partial<PlanFlags> = {}, desired = aDesire()): Promise<Work> {
  const { changes, notes } = await planIn(world, desired);
  world.log.clear();
  return {
    plan: { cluster: world.cluster, changes, notes },
    header: SURROUNDINGS,
    flags: { output: "text", ...flags },
    targets: { iam: world.aws.iam, kubernetes: world.kubernetes },
  };
}

describe("without approval", () => {
  it("the plan is shown and nothing is written", async () => {
    const world = aWorld().withProvider();
    const { context, heard } = listeningContext();
    const outcome = await showAndApply(await workIn(world), context.terminal, NEVER);
    expect(outcome).toEqual({ state: "planned", steps: [] });
    expect(heard.out.join("\n")).toContain("Plan: 3 to create, 0 to change, 0 to delete.     digest ");
    expect(world.log.calls).toEqual([]);
  });

  it.each([
    [{}, 0],
    [{ exitCode: true }, 3],
  ])("%j: exit code %i", async (flags, code) => {
    const world = aWorld().withProvider();
    const outcome = await showAndApply(
      await workIn(world, flags),
      listeningContext().context.terminal,
      NEVER,
    );
    expect(exitCodeOf(outcome, flags)).toBe(code);
    await bringAbout(world, aDesire());
    const again = await showAndApply(await workIn(world, flags), listeningContext().context.terminal, NEVER);
    expect(exitCodeOf(again, flags)).toBe(0);
  });
});

describe("with approval", () => {
  it("all is done, and told on stderr; stdout has the plan alone", async () => {
    const world = aWorld().withProvider();
    const { context, heard } = listeningContext();
    const outcome = await showAndApply(await workIn(world, { approve: true }), context.terminal, NEVER);
    expect(outcome.state).toBe("done");
    expect(outcome.steps).toHaveLength(4);
    expect(heard.err.join("\n")).toMatch(/✓ Role created +\d+\.\d s/);
    expect(heard.out.join("\n")).not.toContain("✓");
  });

  it("and nothing to do, nothing is done and no plan is shown", async () => {
    const world = aWorld().withProvider();
    const { context, heard } = listeningContext();
    await bringAbout(world, aDesire());
    const outcome = await showAndApply(await workIn(world, { approve: true }), context.terminal, NEVER);
    expect(outcome).toEqual({ state: "nothing-to-do", steps: [] });
    expect(heard.out.join("\n")).not.toContain("to create");
  });

  it.each([16, 20, 64])("of this plan by %i characters of its digest, in any case", async (length) => {
    const world = aWorld().withProvider();
    const work = await workIn(world);
    const expectPlan = planDigest(work.plan).slice(0, length).toUpperCase();
    const approved = { ...work, flags: { ...work.flags, approve: true, expectPlan } };
    expect((await showAndApply(approved, listeningContext().context.terminal, NEVER)).state).toBe("done");
  });

  it.each([
    ["another plan's digest", () => "0000000000000000"],
    ["more than it", (digest: string) => `${digest}0`],
  ])("of %s: refused, with the digest that it has", async (_what, digestFrom) => {
    const world = aWorld().withProvider();
    const work = await workIn(world);
    const digest = planDigest(work.plan);
    const approved = { ...work, flags: { ...work.flags, approve: true, expectPlan: digestFrom(digest) } };
    const stop = await stopOf(showAndApply(approved, listeningContext().context.terminal, NEVER));
    expect(stop).toMatchObject({ kind: "refused", code: "other-plan" });
    expect(textOf(stop)).toContain(`digest ${digest.slice(0, 16)}`);
    expect(world.log.writes).toEqual([]);
  });
});

describe("when a change fails", () => {
  const denied = new Failure("denied", "access-denied", "not permitted: iam:x", {
    facts: [["AWS says", "no"]],
    advice: "Ask an AWS administrator to allow iam:x",
  });
  const apply = async (world: World, desired = aDesire(), signal = NEVER) => {
    const work = await workIn(world, { approve: true }, desired);
    return { work, run: () => stopOf(showAndApply(work, listeningContext().context.terminal, signal)) };
  };

  it("its failure comes out, with what is done, what is not, and that the same command goes on", async () => {
    const world = aWorld().withProvider();
    const { run } = await apply(world);
    world.log.fail("iam.attachPolicy", "before", denied);
    const stop = await run();
    expect(stop).toMatchObject({ kind: "denied", code: "access-denied", detail: { written: true } });
    for (const part of [
      "not permitted: iam:x",
      "completed Role created: arn:aws:iam::111122223333:role/",
      "Namespace created: amazon-cloudwatch",
      "ServiceAccount created: amazon-cloudwatch/cloudwatch-agent",
      "not completed attaching CloudWatchAgentServerPolicy: ",
      "AWS says no",
      "to allow iam:x",
      "Run the same command again to complete it",
    ])
      expect(textOf(stop)).toContain(part);
  });

  it("clearly before anything was written, that is said; the namespace is created beside the role", async () => {
    for (const [world, written] of [
      [aWorld().withProvider().withNamespace("amazon-cloudwatch"), false],
      [aWorld().withProvider(), true],
    ] as const) {
      const { run } = await apply(world);
      world.log.fail("iam.createRole", "before", denied);
      expect((await run()).detail.written).toBe(written);
    }
  });

  it("without an answer, nobody says that nothing was written: it may have been", async () => {
    const world = aWorld().withProvider();
    const { run } = await apply(world);
    world.log.fail("iam.createRole", "after");
    expect(await run()).toMatchObject({ code: "unreachable", detail: { written: true } });
    expect(world.iam.roles.size).toBe(1);
  });

  it("at a later call of one edit, something is written", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    const role = world.roleOf(aDesire());
    world.editRole(role, (found) => ({ role: { ...found.role, trust: trustPolicy([]) } }));
    const { run } = await apply(world, aDesire({ role: managed({ policies: [S3_READ] }) }));
    world.log.fail("iam.setTrust", "before", denied);
    expect(await run()).toMatchObject({ code: "access-denied", detail: { written: true } });
    expect(world.log.writes).toEqual(["iam.tagRole", "iam.setTrust"]);
  });

  it("at the first call of one edit, nothing is", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    const { run } = await apply(world, aDesire({ role: managed({ policies: [S3_READ] }) }));
    world.log.fail("iam.tagRole", "before", denied);
    expect((await run()).detail.written).toBe(false);
  });

  it("and the user interrupted, it is an interruption", async () => {
    const world = aWorld().withProvider();
    const interrupt = new AbortController();
    const { run } = await apply(world, aDesire(), { ...NEVER, signal: interrupt.signal });
    world.log.before("iam.attachPolicy", () => interrupt.abort());
    expect(await run()).toMatchObject({
      kind: "interrupted",
      code: "interrupted",
      detail: { written: true },
    });
  });
});
