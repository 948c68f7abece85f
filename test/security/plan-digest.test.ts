import { expect } from "vitest";
import { COMMANDS } from "../../src/command-list.ts";
import { showAndApply } from "../../src/commands/shared/plan/show-and-apply.ts";
import { planDigest, type Plan } from "../../src/model/plan.ts";
import { buildProgram, mayWrite } from "../../src/program.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { aDesire, managed, S3_READ } from "../fakes/values.ts";
import { planIn, stopOf } from "../fakes/walk.ts";
import { aWorld, type World } from "../fakes/world.ts";
import { attack } from "./attack.ts";

const { context } = listeningContext();
const WRITING = COMMANDS.map(({ name }) => name).filter((name) =>
  [[name], [name, "--fix"], [name, "--restart"]].some(mayWrite),
);

/** What each command that writes makes of a digest: the value, or the failure. */
async function parsedBy(command: string, digest: string): Promise<unknown> {
  const program = await buildProgram([command], context, "0");
  const option = program.commands
    .find((one) => one.name() === command)
    ?.options.find(({ long }) => long === "--expect-plan");
  try {
    return option?.parseArg?.(digest, undefined);
  } catch (error) {
    return error;
  }
}

/** Applies that plan, approved by that digest. */
function applied(world: World, { changes, notes }: Plan, expectPlan: string) {
  const plan = { cluster: world.cluster, changes, notes };
  const surroundings = { caller: "arn:aws:iam::111122223333:user/ci", overrides: {} };
  const flags = { output: "text", approve: true, expectPlan } as const;
  const targets = { iam: world.aws.iam, kubernetes: world.kubernetes, clock: NO_WAITING };
  const interrupts = { signal: new AbortController().signal, takeInterrupts: async () => undefined };
  return showAndApply(
    { plan, header: surroundings, flags, targets },
    listeningContext().context.terminal,
    interrupts,
  );
}

const digestOf = (world: World, plan: Plan) => planDigest({ ...plan, cluster: world.cluster });
const reviewed = aDesire();
const other = aDesire({ role: managed({ policies: [S3_READ] }) });

attack("pull-request author", "L6: a second plan is searched for that begins with the digits reviewed", {
  attack: async () => {
    // Of 8 digits one is found in minutes; the shortest that is taken has 16.
    expect(WRITING.length).toBeGreaterThan(8);
    for (const command of WRITING)
      for (const length of [1, 8, 15])
        expect(await parsedBy(command, "7f3a9c12be01d4aa".slice(0, length)), command).toMatchObject({
          kind: "input",
          code: "invalid-input",
        });
  },
  twin: async () => {
    const world = aWorld().withProvider();
    const plan = await planIn(world, reviewed);
    const shown = digestOf(world, plan).slice(0, 16);
    for (const command of WRITING) expect(await parsedBy(command, shown)).toBe(shown);
    expect(await applied(world, plan, shown)).toMatchObject({ state: "done" });
  },
});

attack("pull-request author", "L6 variant: digits that are no digits, or more than the digest has", {
  attack: async () => {
    for (const digest of ["", " ".repeat(16), "0x7f3a9c12be01d4", "7f3a9c12be01d4a*", `${"0".repeat(64)}0`])
      expect(await parsedBy("create-sa", digest), digest).toMatchObject({ code: "invalid-input" });
  },
  twin: async () => {
    for (const digest of ["7F3A9C12BE01D4AA", "0".repeat(64)])
      expect(await parsedBy("create-sa", digest)).toBe(digest);
  },
});

attack("pull-request author", "L6 variant: another plan, or one whose digest differs at its end alone", {
  attack: async () => {
    const world = aWorld().withProvider();
    const plan = await planIn(world, other);
    const digest = digestOf(world, plan);
    const turned = digest.endsWith("0") ? "1" : "0";
    for (const expected of [
      digestOf(world, await planIn(world, reviewed)).slice(0, 16),
      digest.slice(0, 15) + (digest[15] === "0" ? "1" : "0"),
      digest.slice(0, -1) + turned,
    ])
      expect(await stopOf(applied(world, plan, expected))).toMatchObject({ code: "other-plan" });
    expect(world.log.writes).toEqual([]);
  },
  twin: async () => {
    const world = aWorld().withProvider();
    const plan = await planIn(world, other);
    const digest = digestOf(world, plan).toUpperCase();
    expect(await applied(world, plan, digest)).toMatchObject({ state: "done" });
  },
});
