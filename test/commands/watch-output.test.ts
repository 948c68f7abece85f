import { expect, it } from "vitest";
import { jsonPrinter, textPrinter } from "../../src/commands/watch/print-rounds.ts";
import type { Round } from "../../src/watch/watch-cluster.ts";
import { Envelope } from "../../src/output/envelope.ts";
import { textOf } from "../fakes/shown.ts";
import { listeningContext } from "../fakes/terminal.ts";
import { annotate, aShop, ROLE, ROLE_KEY } from "../verification/healthy.ts";
import { watching } from "../watch/watching.ts";

/** A watch in which the shop's ServiceAccount breaks and works again, and its rounds with events. */
async function rounds(): Promise<readonly [first: Round, broken: Round, repaired: Round]> {
  const world = aShop();
  const watch = await watching(world);
  await watch.change(() => annotate(world, { [ROLE_KEY]: `${ROLE}-gone` }));
  const broken = watch.rounds.findLast(({ events }) => events.length > 0);
  await watch.change(() => annotate(world, { [ROLE_KEY]: ROLE }));
  const repaired = watch.rounds.findLast(({ events }) => events.length > 0);
  await watch.stop();
  const [first] = watch.rounds;
  if (!first || !broken || !repaired) throw new Error("no rounds");
  return [first, broken, repaired];
}

/** Answers that wait to be read until `take` is called. */
function unreadAnswers() {
  const printed: string[] = [];
  const tell = new Set<() => void>();
  let bytes = 0;
  const { context } = listeningContext();
  const terminal = {
    ...context.terminal,
    print: (text: Parameters<typeof context.terminal.print>[0]) => {
      printed.push(textOf(text));
      bytes += printed.at(-1)?.length ?? 0;
    },
    unread: {
      bytes: () => bytes,
      gone: () => new Promise<void>((resolve) => tell.add(resolve)),
    },
  };
  return {
    terminal,
    printed,
    waiting: () => bytes,
    take: async () => {
      bytes = 0;
      for (const one of tell) one();
      tell.clear();
      for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
    },
  };
}

const MOST_BYTES = 4 * 1024 * 1024;

it("keeps JSON that nobody reads within 4 MiB, says how much was left out, and what there is then", async () => {
  const [first, broken, repaired] = await rounds();
  const { terminal, printed, waiting, take } = unreadAnswers();
  const envelope = new Envelope("watch", false);
  envelope.writeLines();
  const print = jsonPrinter({ terminal, envelope });
  print(first);
  const each = 20_000;
  for (let at = 0; at < each / 2; at += 1) [broken, repaired].forEach(print);
  print(broken);
  expect(waiting()).toBeLessThan(MOST_BYTES + 10_000);
  const before = printed.length;
  await take();
  const results = printed.map((text) => (JSON.parse(text) as { result: Record<string, unknown> }).result);
  const [omitted, snapshot, ...rest] = results.slice(before);
  const all = (broken.events.length + repaired.events.length) * (each / 2) + broken.events.length;
  expect(omitted).toMatchObject({ event: "omitted", count: all - (before - 1) });
  expect(snapshot).toMatchObject({ event: "snapshot", summary: { chains: { works: 0, broken: 1 } } });
  expect(rest).toEqual([]);
  print(repaired);
  expect(printed.length).toBe(before + 2 + repaired.events.length);
});

it("keeps lines that nobody reads within 4 MiB, too", async () => {
  const [first, broken, repaired] = await rounds();
  const { terminal, printed, waiting, take } = unreadAnswers();
  const over = new AbortController();
  const print = textPrinter({ terminal }, over.signal);
  print(first);
  for (let at = 0; at < 30_000; at += 1) [broken, repaired].forEach(print);
  expect(waiting()).toBeLessThan(MOST_BYTES + 10_000);
  await take();
  expect(printed.at(-1)).toMatch(
    /^\S+Z {2}\d+ changes left out, because the output was not read; now: 1 ServiceAccount, 1 working/,
  );
  over.abort();
});
