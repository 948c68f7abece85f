import { spawn } from "node:child_process";
import type { Terminal } from "../../../output/terminal.ts";
import { ownCommand } from "../../shared/own-command.ts";
import { cacheKey } from "./cache-key.ts";
import { cacheFolder, lastBegun, markBegun, readCached } from "./cache.ts";
import { LIVE_KINDS, matching, type Dataset, type LiveKind } from "./kinds.ts";
import { readPlace, type ReadPlace } from "./place.ts";
import { typedFlags, typedValue } from "./typed-line.ts";

/** Milliseconds for which names are offered; after `RENEWED` they are read again. */
const OFFERED = 5 * 60 * 1000;
const RENEWED = 60 * 1000;
/** Milliseconds between two reads of the same names, also where the first has failed. */
const PAUSE = 20 * 1000;
/** What a person still looks through. */
const MOST = 1000;

/** What completes a word. */
export interface Asked {
  readonly kind: LiveKind;
  /** The word as far as it has been typed. */
  readonly typed: string;
  /** The words before it. */
  readonly words: readonly string[];
}

/** Begins to read names, and does not wait for it. */
export type StartRefresh = (args: readonly string[]) => void;

/**
 * Prints the names that complete a word, one a line: those that are cached, and nothing where there are none. Names are read
 * by a process of its own that nobody waits for, so that no call is between a key and its answer. Whatever fails prints nothing.
 */
export async function printValues(
  { kind, typed, words }: Asked,
  { print }: Pick<Terminal, "print">,
  start: StartRefresh = startDetached,
  now: number = Date.now(),
): Promise<void> {
  const { dataset } = LIVE_KINDS[kind];
  const flags = typedFlags(words);
  // By a kubeconfig a program could run that asks for something.
  if (dataset === "service-accounts" && (flags.kubeconfig ?? flags.context) !== undefined) return;
  try {
    const folder = cacheFolder();
    const place = readPlace(dataset, flags);
    const key = cacheKey(dataset, place);
    const cached = await readCached(folder, dataset, key);
    const age = cached === undefined ? Infinity : Math.abs(now - cached.at);
    const asked = { typed: typedValue(typed), namespace: flags.namespace };
    if (cached !== undefined && age <= OFFERED)
      matching(kind, cached.entries, asked).slice(0, MOST).forEach(print);
    if (age > RENEWED && Math.abs(now - lastBegun(folder, key)) > PAUSE) {
      markBegun(folder, key);
      start(refreshArguments(dataset, place));
    }
  } catch {
    // An error would land in the middle of the line that is being typed.
  }
}

/** As words of a command line, each flag with its value in one, so that no value can be taken for a flag. */
function refreshArguments(dataset: Dataset, place: ReadPlace): string[] {
  return [
    "completion",
    "refresh",
    dataset,
    ...Object.entries(place).map(([name, value]) => `--${name}=${value}`),
  ];
}

/** Without a terminal (`detached` begins a session without one), so that nothing in it can ask for anything. */
function startDetached(args: readonly string[]): void {
  const [program, ...before] = ownCommand();
  const child = spawn(program, [...before, ...args], { detached: true, stdio: "ignore", windowsHide: true });
  child.on("error", () => undefined);
  child.unref();
}
