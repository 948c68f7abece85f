import { expect, it } from "vitest";
import { runCommandLine } from "../../src/main.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import { processTerminal } from "../../src/output/terminal.ts";
import { NO_WAITING } from "../fakes/clock.ts";
import { Fleet } from "../fakes/fleet.ts";
import { heardSurroundings } from "../fakes/streams.ts";
import type { World } from "../fakes/world.ts";
import { fileOf } from "../interruption/files.ts";
import { roleOf } from "./run.ts";

const AWS_ACCOUNTS = Array.from({ length: 12 }, (_, at) => String(111_111_111_100 + at));
const MEBIBYTE = 1024 * 1024;

/** Many ServiceAccounts whose roles do not exist: some hundred kilobytes of findings. */
function manyFindings(world: World): World {
  return Array.from({ length: 200 }, (_, at) => `shop/cart-${at}`).reduce(
    (before, name) =>
      before.withServiceAccount(name, {
        annotations: { [ROLE_ANNOTATION]: `arn:aws:iam::${world.cluster.awsAccount}:role/gone` },
      }),
    world.withProvider(),
  );
}

interface Unread {
  readonly out: string;
  readonly err: string;
  readonly code: number;
  /** The most bytes that nobody had read. */
  readonly most: number;
  readonly longest: number;
}

/** A run whose answer is read only where it is waited for. @param isInterrupted as it first waits for its reader */
async function runUnread(words: readonly string[], isInterrupted = false): Promise<Unread> {
  const fleet = AWS_ACCOUNTS.reduce((all, one) => all.with(one, manyFindings), new Fleet());
  const heard = heardSurroundings();
  let waiting = 0;
  let most = 0;
  let longest = 0;
  const stdout = {
    ...heard.streams.stdout,
    write(text: string) {
      waiting += text.length;
      most = Math.max(most, waiting);
      longest = Math.max(longest, text.length);
      heard.streams.stdout.write(text);
    },
    waiting: () => waiting,
    async flushed() {
      if (isInterrupted && waiting > MEBIBYTE)
        heard.interruption.interrupt({ kind: "signal", signal: "SIGINT" });
      await new Promise(setImmediate);
      waiting = 0;
    },
  };
  const streams = { ...heard.streams, stdout, flushed: () => stdout.flushed() };
  const surroundings = { ...heard, streams, terminal: processTerminal(streams) };
  const code = await runCommandLine(words, { ...surroundings, network: fleet.network(), clock: NO_WAITING });
  // The run may go on by itself until the process ends.
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
  const { stdout: out, stderr: err } = heard.streams.heard;
  return { out: out.join(""), err: err.join(""), code, most, longest };
}

const targetsFile = (): string =>
  fileOf("many-findings.json", {
    accounts: AWS_ACCOUNTS.map((one) => ({ account_id: one, role: roleOf(one) })),
  });

it.each(["json", "asff"])("an answer in %s waits for whoever reads it, and is whole", async (format) => {
  const words = ["audit", "--targets", targetsFile(), "-o", format, "-q"];
  const { out, most, longest } = await runUnread(words);
  expect(() => JSON.parse(out)).not.toThrow();
  expect(out.length).toBeGreaterThan(3 * MEBIBYTE);
  expect(most).toBeLessThanOrEqual(MEBIBYTE + longest);
});

it("an answer that is interrupted while its reader is slow ends there: nothing more of it comes, and no other", async () => {
  const words = ["audit", "--targets", targetsFile(), "-o", "json"];
  const { out, err, code, longest } = await runUnread(words, true);
  expect(code).toBe(130);
  expect(out.length).toBeLessThanOrEqual(MEBIBYTE + longest);
  expect(out).not.toContain('"error": {');
  expect(out.match(/"schemaVersion"/g)).toHaveLength(1);
  expect(err).toContain("error: interrupted");
});
