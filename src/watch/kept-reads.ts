import { isDeepStrictEqual } from "node:util";
import { isFailure, type Failure } from "../model/failure.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import type { Changes } from "./changes.ts";
import { isLoss, type SourceHealth, type SourceName } from "./source-health.ts";

/** How many reads are made again at the same time. */
const AT_ONCE = 8;

/** A read whose answer is kept. */
export interface KeptRead<T> {
  readonly source: SourceName;
  readonly key: string;
  readonly read: () => Promise<T>;
  /** True for a read of one object, which others may write: what is odd about it says nothing of the source. */
  readonly ofOne?: boolean;
  /** What of an answer is compared, where it has an index of the same besides. */
  compared?(answer: T): unknown;
  /** The parts of a large answer by key, so that a change of one touches no reader of another. */
  parts?(answer: T): Iterable<readonly [key: string, part: unknown]>;
}

/** Reads that are answered from what was read before, until they are made again. */
export interface KeptReads {
  /** @throws Failure as the read did */
  readonly read: <T>(kept: KeptRead<T>) => Promise<T>;
  /** Makes again every read that `isUsed` names, and forgets the others. What is different touches its key and those of its parts. */
  readonly refresh: (isUsed: (key: string) => boolean) => Promise<void>;
}

interface Cell {
  readonly kept: KeptRead<unknown>;
  answer: Promise<unknown>;
  failure: Failure | undefined;
  /** What was last answered, if anything ever was. */
  value: { readonly is: unknown } | undefined;
}

/** Nothing is kept yet. */
export function keptReads(changes: Changes, health: SourceHealth, now: () => number): KeptReads {
  const cells = new Map<string, Cell>();
  const make = (kept: KeptRead<unknown>): Cell => {
    const cell: Cell = { kept, answer: kept.read(), failure: undefined, value: undefined };
    cells.set(kept.key, cell);
    return cell;
  };
  const settle = async (cell: Cell, answer: Promise<unknown>): Promise<void> => {
    const { kept } = cell;
    try {
      const is = await answer;
      const was = cell.value;
      cell.failure = undefined;
      if (was === undefined) Object.assign(cell, { answer, value: { is } });
      else if (isSame(kept, was.is, is)) cell.answer = Promise.resolve(was.is);
      else {
        for (const key of changedKeys(kept, was.is, is)) changes.touch(key);
        Object.assign(cell, { answer, value: { is } });
      }
    } catch (error) {
      if (!isFailure(error)) {
        cells.delete(kept.key);
        throw error;
      }
      Object.assign(cell, { answer, failure: error });
    }
  };
  const tellHealth = (source: SourceName, asOf: number): void => {
    const [failure] = [...cells.values()].flatMap((cell) =>
      cell.kept.source === source ? (lossIn(cell) ?? []) : [],
    );
    if (failure === undefined) health.heard(source, asOf);
    else health.lost(source, failure);
  };
  return {
    read: async <T>(kept: KeptRead<T>) => {
      const known = cells.get(kept.key);
      if (known !== undefined) return known.answer as Promise<T>;
      const cell = make(kept);
      await settle(cell, cell.answer);
      const loss = lossIn(cell);
      if (loss !== undefined) health.lost(kept.source, loss);
      else if (health.states().get(kept.source) === undefined) health.heard(kept.source);
      return cell.answer as Promise<T>;
    },
    refresh: async (isUsed) => {
      const begun = now();
      const sources = new Set([...cells.values()].map(({ kept }) => kept.source));
      for (const key of cells.keys()) if (!isUsed(key)) cells.delete(key);
      const all = [...cells.values()];
      await mapConcurrent(all, AT_ONCE, (cell) => settle(cell, cell.kept.read()));
      for (const source of sources) tellHealth(source, begun);
    },
  };
}

/** The failure by which the source of a read is lost. */
function lossIn({ kept: { ofOne }, failure, value }: Cell): Failure | undefined {
  if (failure === undefined || !isLoss(failure, value !== undefined)) return undefined;
  return ofOne === true && isOdd(failure) ? undefined : failure;
}

/** True for an answer that was given, and can't be used. */
function isOdd({ code }: Failure): boolean {
  return code === "unexpected-answer" || code === "keys-untracked";
}

/** Nearly always they are, and then nothing of it needs to be looked at by parts. */
function isSame(kept: KeptRead<unknown>, was: unknown, is: unknown): boolean {
  const [before, after] = [was, is].map((answer) => kept.compared?.(answer) ?? answer);
  return isDeepStrictEqual(before, after);
}

function changedKeys(kept: KeptRead<unknown>, was: unknown, is: unknown): readonly string[] {
  const [before, after] = [was, is].map((answer) => new Map(kept.parts?.(answer)));
  const keys = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
  return [kept.key, ...keys.filter((part) => !isDeepStrictEqual(before?.get(part), after?.get(part)))];
}
