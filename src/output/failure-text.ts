import type { ChalkInstance } from "chalk";
import type { Failure } from "../model/failure.ts";
import { aligned } from "./columns.ts";

/**
 * A failure as people read it: what is, the facts, what to do, the command to type.
 * @param mayWrite whether the command could have changed something: only then is it said that nothing was
 */
export function failureLines(failure: Failure, colour: ChalkInstance, mayWrite: boolean): string[] {
  const { facts = [], advice, command, written = false } = failure.detail;
  const unchanged = mayWrite && !written && failure.kind !== "input" && failure.kind !== "findings";
  return [
    `${colour.red("error:")} ${failure.message}`,
    ...aligned(facts),
    ...(unchanged ? ["  Nothing has been changed."] : []),
    ...(advice === undefined ? [] : advice.split("\n").map((line) => `  ${line}`)),
    ...(command === undefined ? [] : [`      ${command}`]),
  ];
}

/** A failure as scripts read it. */
export function failureJson(failure: Failure): object {
  const { facts = [], advice, command } = failure.detail;
  const hint = [advice, command].filter((part) => part !== undefined).join(" ");
  return {
    schemaVersion: 1,
    error: { code: failure.code, message: failure.message, hint, facts: byLabel(facts) },
  };
}

/** Facts by label; those of one label are its lines. */
function byLabel(facts: readonly (readonly [label: string, value: string])[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [label, value] of facts)
    found[label] = found[label] === undefined ? value : `${found[label]}\n${value}`;
  return found;
}
