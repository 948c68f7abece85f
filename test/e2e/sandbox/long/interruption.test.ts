import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS, FILES } from "../../interruption/commands.ts";
import { runClean, STREAMS, sweep, sweepUnheard, TROUBLES, type CleanRun } from "../../interruption/sweep.ts";
import { after, worldOfOthers } from "../../interruption/world.ts";

/** A sweep is as many runs as the command makes calls, twice. */
const TIMEOUT = 1_800_000;

let others: string;
let cases = 0;
let unheard = 0;

beforeAll(async () => {
  others = await worldOfOthers();
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(others, name), text);
});
afterAll(() => {
  if (others !== undefined) rmSync(others, { recursive: true });
  process.stderr.write(`killed anywhere, on the wire: ${cases} cases\n`);
  process.stderr.write(`output closed anywhere, on the wire: ${unheard} cases\n`);
});

describe.each(COMMANDS.map((command) => [command.name, command] as const))("%s", (_name, command) => {
  let clean: CleanRun;
  beforeAll(async () => {
    clean = await runClean(await after(others, command.before), command);
  });
  afterAll(() => {
    if (clean !== undefined) rmSync(clean.folder, { recursive: true });
  });

  test("is a run that writes", () => {
    expect(clean.calls.some(({ write }) => write)).toBe(true);
  });

  test.each(TROUBLES.map((trouble) => [trouble.name, trouble] as const))(
    "whichever call %s, the same command again finishes it",
    async (_name, trouble) => {
      cases += await sweep(command, clean, trouble);
    },
    TIMEOUT,
  );

  test.each(STREAMS)(
    "whenever the reader of %s leaves, the same command again finishes it",
    async (stream) => {
      unheard += await sweepUnheard(command, clean, stream);
    },
    TIMEOUT,
  );
});
