import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bunFor } from "../../scripts/packages/runtime.ts";
import { ownTarget } from "../../scripts/packages/targets.ts";

const BLOCKS = 40;
const BLOCK = 250_000;

/** Prints as commands do that have much to print, and says how far it is when it has waited for its reader for a while. */
const PROGRAM = `
import { processStreams } from "./src/output/streams.ts";
import { caughtUp, processTerminal } from "./src/output/terminal.ts";
const terminal = processTerminal(processStreams(() => undefined));
let printed = 0;
const stuck = setInterval(() => terminal.say(String(printed)), 500);
for (; printed < ${BLOCKS}; printed += 1) {
  terminal.print("x".repeat(${BLOCK - 1}));
  await caughtUp(terminal);
}
clearInterval(stuck);
terminal.say(String(printed));
`;

let folder: string;
const program = (): string => join(folder, "program.mjs");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-slow-reader-"));
  const stdin = { contents: PROGRAM, resolveDir: resolve("."), loader: "ts" } as const;
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' };
  await build({ stdin, outfile: program(), bundle: true, platform: "node", format: "esm", banner });
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([
  ["Node", async () => process.execPath],
  ["the standalone binary's Bun", async () => bunFor(ownTarget())],
])("an answer by %s", (_, runtime) => {
  it("waits for a reader who does not read, and is then there as a whole", async () => {
    const { stdout, stderr } = spawn(await runtime(), [program()], { stdio: ["ignore", "pipe", "pipe"] });
    const [said] = await once(createInterface(stderr), "line");
    expect(Number(said)).toBeLessThan(BLOCKS / 2);
    expect(await text(stdout)).toHaveLength(BLOCKS * BLOCK);
  });

  it("ends when its reader goes away", async () => {
    const child = spawn(await runtime(), [program()], { stdio: ["ignore", "pipe", "pipe"] });
    await once(createInterface(child.stderr), "line");
    child.stdout.destroy();
    child.stderr.resume();
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
