import { line, type Piece, type Styles } from "./line.ts";
import type { Failure } from "../model/failure.ts";
import { aligned } from "./columns.ts";
import { adviceShown } from "./command-text.ts";

/**
 * A failure as people read it: what is, the facts, what to do, the command to type.
 * @param mayWrite whether the command could have changed something: only then is it said that nothing was
 */
export function failureLines(failure: Failure, color: Styles, mayWrite: boolean): Piece[] {
  if (failure.code === "declined") return ["  No changes made."];
  const { facts = [], written = false } = failure.detail;
  const unchanged = mayWrite && !written && failure.kind !== "input" && failure.kind !== "findings";
  return [
    line`${color.red("error:")} ${failure.message}`,
    ...aligned(facts),
    ...(unchanged ? ["  No changes made."] : []),
    ...adviceShown(failure).map((text) => line`  ${text}`),
  ];
}

/** Where an error was thrown, a frame a line; what is in its message can't pass for a frame. */
export function stackLines({ name, message, stack = "" }: Error): Piece[] {
  const head = `${name}: ${message}`;
  const frames = stack.startsWith(head) ? stack.slice(head.length) : stack;
  const lines = frames.split("\n").map((frame) => frame.trim());
  return [head, ...lines.filter((frame) => frame !== "").map((frame) => `    ${frame}`)];
}
