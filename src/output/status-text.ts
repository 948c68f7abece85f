import type { ChalkInstance } from "chalk";
import type { Finding, Status } from "../verification/chain.ts";
import { aligned } from "./columns.ts";

const MARKS: Readonly<Record<Status, string>> = {
  PASS: "✓",
  WARN: "!",
  FAIL: "✗",
  UNKNOWN: "?",
  SKIPPED: "–",
};
const NAME_COLUMN = 16;

/** Something that was looked at, and how it stands. */
export interface StatusLine {
  readonly status: Status;
  readonly name: string;
  readonly message: string;
}

/** A line with its mark, name and message. */
export function statusLine({ status, name, message }: StatusLine, colour: ChalkInstance): string {
  const line = `${MARKS[status]} ${name.padEnd(NAME_COLUMN)} ${message}`;
  return `  ${paint(status, colour)(line)}`;
}

function paint(status: Status, colour: ChalkInstance): (text: string) => string {
  switch (status) {
    case "FAIL":
      return colour.red;
    case "WARN":
    case "UNKNOWN":
      return colour.yellow;
    case "SKIPPED":
      return colour.dim;
    case "PASS":
      return (text) => text;
  }
}

/** What was found, its evidence, and what mends it. @param tag what it is called in tables and JSON */
export function findingLines(
  { level, message, evidence, fix }: Pick<Finding, "level" | "message" | "evidence" | "fix">,
  tag: string,
  colour: ChalkInstance,
): string[] {
  const title = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  const head = level === "fail" ? colour.bold(title) : `${colour.yellow("warning")}  ${title}`;
  return [
    `  ${head}   ${colour.dim(`(${tag})`)}`,
    ...aligned(withPointer(evidence), "      "),
    ...(fix.kind === "advice" ? [`  ${fix.text}`] : [`  ${fix.note ?? "To mend it:"}`, `      ${fix.text}`]),
  ];
}

/** Below what is needed, a mark where it begins to differ from what stands there. */
function withPointer(evidence: Finding["evidence"]): [string, string][] {
  const { "differs at": at, ...rest } = evidence;
  const column = Number(/\d+/.exec(at ?? "")?.[0] ?? 0);
  return Object.entries(rest).map(([label, value]) =>
    label === "needs" && column > 0
      ? [label, `${value}\n${" ".repeat(column - 1)}^ from here`]
      : [label, value],
  );
}
