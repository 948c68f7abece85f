import { describe, expect, it } from "vitest";
import { boundedPrint } from "../../src/commands/watch/bounded-output.ts";
import { line } from "../../src/output/line.ts";
import type { Terminal } from "../../src/output/terminal.ts";
import { textOf } from "../fakes/shown.ts";

/** A reader that takes what was printed only when it is told to. */
function slowReader() {
  const waiting: string[] = [];
  const read: string[] = [];
  const awaiting = new Set<() => void>();
  const terminal: Pick<Terminal, "print" | "unread"> = {
    print: (text) => void waiting.push(textOf(text)),
    unread: {
      bytes: () => waiting.join("").length,
      gone: () => new Promise((resolve) => awaiting.add(resolve)),
    },
  };
  return {
    terminal,
    read,
    waiting: () => waiting.join("").length,
    take: async () => {
      read.push(...waiting.splice(0));
      for (const tell of awaiting) tell();
      awaiting.clear();
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

const MOST = 100;

describe("an output that nobody reads", () => {
  it("is bounded; what was left out is counted once it is read again, and what comes then is printed", async () => {
    const reader = slowReader();
    let made = 0;
    const print = boundedPrint(reader.terminal, (omitted) => print(() => line`${omitted} left out`), MOST);
    const event = (at: number) => () => {
      made += 1;
      return line`event ${at}`;
    };
    for (let at = 0; at < 2_000; at += 1) print(event(at));
    expect(reader.waiting()).toBeLessThan(MOST + 20);
    expect(made).toBeLessThan(MOST);
    await reader.take();
    print(event(2_000));
    await reader.take();
    const printed = reader.read.length - 2;
    expect(reader.read.at(-2)).toBe(`${2_000 - printed} left out`);
    expect(reader.read.at(-1)).toBe("event 2000");
    expect(reader.read[0]).toBe("event 0");
  });

  it("has nothing left out as long as it is read, however much that is", async () => {
    const reader = slowReader();
    const print = boundedPrint(reader.terminal, () => expect.unreachable(), MOST);
    for (let at = 0; at < 1_000; at += 1) {
      print(() => line`event ${at}`);
      if (at % 5 === 4) await reader.take();
    }
    expect(reader.read).toHaveLength(1_000);
  });

  it("is kept whole where it is not a stream", () => {
    const kept: string[] = [];
    const print = boundedPrint(
      { print: (text) => void kept.push(textOf(text)) },
      () => expect.unreachable(),
      MOST,
    );
    for (let at = 0; at < 1_000; at += 1) print(() => line`event ${at}`);
    expect(kept).toHaveLength(1_000);
  });
});
