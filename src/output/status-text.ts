import { line, padded, toLine, type Line, type Piece, type Styles } from "./line.ts";
import type { LinkFinding, Status } from "../verification/chain.ts";
import { aligned, type Row } from "./columns.ts";
import { remedyLines } from "./remedy-text.ts";

const MARKS: Readonly<Record<Status, string>> = {
  PASS: "✓",
  WARN: "!",
  FAIL: "✗",
  UNKNOWN: "?",
  SKIPPED: "–",
};
const NAME_COLUMN = 16;

/** Something that was checked, and its status. */
export interface StatusLine {
  readonly status: Status;
  readonly name: string;
  readonly message: string;
}

/** A line with a symbol, name and message. */
export function statusLine({ status, name, message }: StatusLine, color: Styles): Line {
  return line`  ${paint(status, color)(line`${MARKS[status]} ${padded(name, NAME_COLUMN)} ${behindLabel(name, message)}`)}`;
}

/** The message without the label that stands before it: not "role: role 'x' not found". */
export function behindLabel(label: string, message: string): string {
  const rest = message.replace(/^the /, "");
  return rest.startsWith(`${label} `) ? rest.slice(label.length + 1) : message;
}

function paint(status: Status, color: Styles): (text: Piece) => Line {
  switch (status) {
    case "FAIL":
      return color.red;
    case "WARN":
    case "UNKNOWN":
      return color.yellow;
    case "SKIPPED":
      return color.dim;
    case "PASS":
      return toLine;
  }
}

/** What was found, its evidence, and how to fix it. @param tag what it is called in tables and JSON */
export function findingLines(
  { level, message, evidence, fix }: Pick<LinkFinding, "level" | "message" | "evidence" | "fix">,
  tag: string,
  color: Styles,
): Piece[] {
  const title = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  const head = level === "fail" ? color.bold(title) : line`${color.yellow("warning")}  ${title}`;
  return [
    line`  ${head}   ${color.dim(`(${tag})`)}`,
    ...aligned(withPointer(evidence), "      "),
    ...remedyLines(fix),
  ];
}

/** Below the expected value, a caret at the first character that differs. */
function withPointer(evidence: LinkFinding["evidence"]): Row[] {
  const { "differs at": at, ...rest } = evidence;
  const column = Number(/\d+/.exec(String(at ?? ""))?.[0] ?? 0);
  return Object.entries(rest).map(([label, value]) =>
    label === "needs" && column > 0 ? [label, [value, `${" ".repeat(column - 1)}^`].flat()] : [label, value],
  );
}
