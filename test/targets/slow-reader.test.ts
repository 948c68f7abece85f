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

/** A run whose answer is read only where it is waited for, and the most bytes of it that were not. */
async function runUnread(words: readonly string[]): Promise<{ out: string; most: number; longest: number }> {
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
    flushed: async () => void (waiting = 0),
  };
  const streams = { ...heard.streams, stdout };
  const surroundings = { ...heard, streams, terminal: processTerminal(streams) };
  await runCommandLine(words, { ...surroundings, network: fleet.network(), clock: NO_WAITING });
  return { out: heard.streams.heard.stdout.join(""), most, longest };
}

it.each(["json", "asff"])("an answer in %s waits for whoever reads it, and is whole", async (format) => {
  const accounts = AWS_ACCOUNTS.map((one) => ({ account_id: one, role: roleOf(one) }));
  const file = fileOf("many-findings.json", { accounts });
  const { out, most, longest } = await runUnread(["audit", "--targets", file, "-o", format, "-q"]);
  expect(() => JSON.parse(out)).not.toThrow();
  expect(out.length).toBeGreaterThan(3 * MEBIBYTE);
  expect(most).toBeLessThanOrEqual(MEBIBYTE + longest);
});
