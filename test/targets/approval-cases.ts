import { expect, it } from "vitest";
import { runCommandLine } from "../../src/main.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { notAssumable, type Fleet } from "../fakes/fleet.ts";
import { heardSurroundings } from "../fakes/streams.ts";
import type { World } from "../fakes/world.ts";
import { jsonOf, roleOf, runOn, written, type Ran } from "./run.ts";

const PLANNED = ["111111111111", "222222222222", "333333333333"] as const;
const [ONE, TWO, THREE] = PLANNED;

/** A command whose plans of many targets are approved together. */
interface ApprovedTogether {
  /** One target after the other, so that it is certain what has been done by the time that something fails. */
  readonly line: readonly [command: string, ...words: string[]];
  /** It has something to change in the AWS accounts 1, 2 and 3. */
  readonly fleet: () => Fleet;
  /** What a plan is of. */
  readonly noun: string;
  /** A call by which it changes something. */
  readonly call: string;
  /** Changes the world so that another plan is made. */
  readonly alter: (world: World) => void;
  /** The targets after the third. */
  readonly others?: readonly string[];
}

interface Answer {
  readonly result: {
    readonly digest: string;
    readonly missing: readonly { readonly target: string; readonly error: { readonly code: string } }[];
  };
}

/** What holds for every such command. */
export function approvalCases({ line, fleet, noun, call, alter, others = [] }: ApprovedTogether): void {
  const run = (world: Fleet, ...words: readonly string[]): Promise<Ran> => runOn(world, ...line, ...words);
  const json = jsonOf(line[0]);
  const read = (ran: Ran): Answer => JSON.parse(json(ran));

  it("applies the plans that were reviewed, and no others", async () => {
    const world = fleet();
    const { digest } = read(await run(world, "-o", "json")).result;
    const refused = await run(world, "--approve", "--expect-plan", digest.replaceAll(/./g, "0"));
    expect([refused.code, written(world)]).toEqual([1, []]);
    expect(refused.err).toContain("the plan has changed: its digest is not");
    const { code } = await run(world, "--approve", "--expect-plan", digest.slice(0, 16));
    expect([code, written(world)]).toEqual([0, PLANNED]);
  });

  it("writes nothing where a target can't be planned, unless so many may fail", async () => {
    const world = fleet();
    world.onAssume.push(async (role) => {
      if (role === roleOf(TWO)) throw notAssumable(role);
    });
    const refused = await run(world, "--approve");
    expect([refused.code, written(world)]).toEqual([4, []]);
    expect(refused.err).toContain("1 target can't be planned completely");
    const ran = await run(world, "--approve", "--max-failures", "1", "-o", "json");
    expect([ran.code, written(world)]).toEqual([4, [ONE, THREE]]);
    expect(read(ran).result.missing).toMatchObject([{ target: "name-2", error: { code: "access-denied" } }]);
  });

  it("begins no further AWS account after one that failed, and the same command completes the rest", async () => {
    const world = fleet();
    world.worlds.get(TWO)?.log.deny(call);
    const ran = await run(world, "--approve", "-o", "json");
    expect(ran.code).toBe(4);
    expect(read(ran).result.missing.map(({ target, error }) => [target, error.code])).toEqual([
      ["name-2", "incomplete"],
      ...["name-3", ...others].map((name) => [name, "not-started"]),
    ]);
    expect(world.worlds.get(THREE)?.log.writes).toEqual([]);
    world.worlds.get(TWO)?.log.clear();
    expect((await run(world, "--approve")).code).toBe(0);
    expect((await run(world, "--exit-code")).code).toBe(0);
  });

  it("does nothing where the plan is another than the one that was shown", async () => {
    const world = fleet();
    let assumed = 0;
    world.onAssume.push(async (role) => {
      const place = world.worlds.get(TWO);
      if (role === roleOf(TWO) && place !== undefined && (assumed += 1) > 1) alter(place);
    });
    const ran = await run(world, "--approve", "--max-failures", "1", "-o", "json");
    expect(ran.code).toBe(1);
    expect(read(ran).result.missing).toMatchObject([{ target: "name-2", error: { code: "other-plan" } }]);
    expect(written(world)).toEqual([ONE, THREE]);
  });

  it.each(["text", "json"])(
    `finishes what is in flight when interrupted, and names every ${noun} (%s)`,
    async (format) => {
      const world = fleet();
      const surroundings = heardSurroundings();
      let assumed = 0;
      world.onAssume.push(async (role) => {
        if (role === roleOf(TWO) && (assumed += 1) === 2)
          surroundings.interruption.interrupt({ kind: "signal", signal: "SIGINT" });
      });
      const code = await runCommandLine([...line, "--approve", "-o", format], {
        ...surroundings,
        network: world.network(),
        clock: NO_WAITING,
      });
      const { stdout, stderr } = surroundings.streams.heard;
      const printed = [...stdout, ...stderr].join("");
      expect([code, written(world)]).toEqual([130, [ONE]]);
      expect(printed).toContain(`interrupted: 2 of 3 ${noun}s not completed`);
      expect(printed).not.toContain("No changes made.");
      expect((await run(world, "--approve")).code).toBe(0);
      expect(written(world)).toEqual(PLANNED);
    },
  );
}
