import { describe, expect, it } from "vitest";
import { showAndApply } from "../../src/commands/shared/plan/show-and-apply.ts";
import { Failure } from "../../src/model/failure.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { aDesire } from "../fakes/values.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { applyAll, bringAbout, planIn, stopOf, textOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";

const expired = (): Failure =>
  new Failure("failed", "bad-credentials", "the AWS credentials have expired", {
    advice:
      "Get new credentials (log in again), then run the same command again: it continues where this run stopped",
  });

async function create(world: World): Promise<unknown> {
  const { changes } = await planIn(world, aDesire());
  const { context } = listeningContext();
  const targets = { iam: world.aws.iam, kubernetes: world.kubernetes, clock: NO_WAITING };
  const header = { caller: "arn:aws:iam::111122223333:user/x", overrides: {} };
  const flags = { output: "text", approve: true } as const;
  const work = { plan: { cluster: world.cluster, changes, notes: [] }, header, flags, targets };
  const interrupts = { signal: new AbortController().signal, takeInterrupts: () => Promise.resolve() };
  return showAndApply(work, context.terminal, interrupts);
}

describe("credentials that expire in the midst of a run", () => {
  it("end it with what was done and what was not, and the same command finishes it", async () => {
    const clean = aWorld().withProvider();
    await create(clean);
    const writes = clean.log.calls.flatMap(({ name }, at) =>
      /^iam\.(create|attach|tag)/.test(name) ? [at + 1] : [],
    );
    expect(writes.length).toBeGreaterThan(1);
    for (const at of writes) {
      const world = aWorld().withProvider();
      world.log.fail(at, "before", expired());
      const stop = await stopOf(create(world));
      expect(stop).toMatchObject({ kind: "failed", code: "bad-credentials" });
      expect(textOf(stop)).toMatch(/not completed .*\n?/);
      expect(textOf(stop)).toContain("Run the same command again to complete it");
      world.log.clear();
      await create(world);
      expect(world.snapshot()).toEqual(clean.snapshot());
    }
  });
});

describe("a ServiceAccount that is deleted and made again between plan and write", () => {
  it("is another one: nothing of it is changed, and the same command finishes it", async () => {
    const world = aWorld().withProvider();
    await bringAbout(world, aDesire());
    world.editServiceAccount("amazon-cloudwatch/cloudwatch-agent", () => ({ annotations: {} }));
    const { changes } = await planIn(world, aDesire());
    const made = { annotations: { team: "other" } };
    world.editServiceAccount("amazon-cloudwatch/cloudwatch-agent", () => made);
    expect(await stopOf(applyAll(world, changes))).toMatchObject({ code: "conflict" });
    expect(world.serviceAccount().annotations).toEqual(made.annotations);
    await bringAbout(world, aDesire());
    expect(world.serviceAccount().annotations).toMatchObject({ team: "other" });
  });
});

describe("a namespace that is being deleted", () => {
  it("stops the ServiceAccount alone, and the same command makes both once it is gone", async () => {
    const world = aWorld().withProvider();
    const { changes } = await planIn(world, aDesire());
    const stopped = new Failure("refused", "namespace-terminating", "its namespace is being deleted");
    world.log.fail("kubernetes.createServiceAccount", "before", stopped);
    expect(await stopOf(applyAll(world, changes))).toMatchObject({ code: "namespace-terminating" });
    world.api.namespaces.delete("amazon-cloudwatch");
    await bringAbout(world, aDesire());
    expect(world.serviceAccount().ref.name).toBe("cloudwatch-agent");
  });
});
