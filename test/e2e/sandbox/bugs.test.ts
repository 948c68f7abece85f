import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { irsa } from "../irsa.ts";

/** Errors that nobody catches, while a command reads what it is given and after its answer. */
const BUGS = {
  "a promise that fails while nobody waits for it": `Promise.reject(new TypeError("oops\\nsecond line"))`,
  "what is thrown is no error": `Promise.reject({ toString: () => "oops" })`,
  "an error in a callback": `setImmediate(() => { throw new TypeError("oops\\nsecond line") })`,
  "an error that is an event": `new (require("node:events"))().emit("error", new TypeError("oops"))`,
  "a promise that fails when the answer is out": `process.once("beforeExit", () => Promise.reject(new TypeError("oops")))`,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-bugs-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs \`completion\` in a process where that happens as soon as our own code has been loaded. */
async function runWith(bug: string, ...flags: readonly string[]) {
  const shim = join(folder, "shim.cjs");
  const atLoading = `const Module = require("node:module");
    const load = Module._load;
    Module._load = (...args) => {
      const loaded = load(...args);
      if (/main\\.cjs$/.test(args[0])) process.nextTick(() => { ${bug} });
      return loaded;
    };`;
  await writeFile(shim, atLoading);
  const environment = { PATH: process.env["PATH"] ?? "", HOME: folder, NODE_OPTIONS: `--require=${shim}` };
  return irsa(["completion", "bash", ...flags], environment);
}

test.each(Object.entries(BUGS))(
  "%s: one line, exit 1, and the stack with --debug alone",
  async (_name, bug) => {
    const { code, stderr } = await runWith(bug);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: this is a bug in irsa: (TypeError: )?oops\n {2}Run the command again with --debug for the stack trace\n$/,
    );
  },
);

test("a run that comes to a standstill is not a good end", async () => {
  const { code, stderr } = await runWith("", "--nonsense");
  expect([code, stderr.split("\n").length]).toEqual([2, expect.any(Number)]);
  const stuck = `require("node:stream").Writable.prototype.write = () => true; process.stdout.write = () => true`;
  const halted = await runWith(stuck);
  expect(halted.code).toBe(1);
});
