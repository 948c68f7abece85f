import type { ChalkInstance } from "chalk";
import {
  firstBroken,
  type ChainReport,
  type Finding,
  type LinkReport,
  type Status,
} from "../verification/chain.ts";
import { subjectText } from "../verification/subject.ts";
import { aligned } from "./columns.ts";

const MARKS: Readonly<Record<Status, string>> = {
  PASS: "✓",
  WARN: "!",
  FAIL: "✗",
  UNKNOWN: "?",
  SKIPPED: "–",
};
const LINK_COLUMN = 16;

/** A chain as people read it: every link, then what is broken, with what mends it. */
export function chainLines(report: ChainReport, colour: ChalkInstance, withSubject: boolean): string[] {
  const findings = report.links.flatMap((link) => link.findings);
  return [
    ...(withSubject ? [`  ${colour.bold(subjectText(report.subject))}`, ""] : []),
    ...merged(report.links).map((line) => linkLine(line, colour)),
    ...findings.flatMap((finding) => ["", ...findingLines(finding, colour)]),
    "",
    `  ${verdictText(report)}`,
    ...(withSubject ? [""] : []),
  ];
}

interface Line {
  readonly status: Status;
  readonly name: string;
  readonly message: string;
}

/** Links that are skipped for one reason, one after the other, are one line. */
function merged(links: readonly LinkReport[]): Line[] {
  const lines: Line[] = [];
  for (const { link, status, message } of links) {
    const last = lines.at(-1);
    const name = link.replace("-", " ");
    if (status === "SKIPPED" && last?.status === status && last.message === message)
      lines[lines.length - 1] = { ...last, name: last.name.endsWith(" …") ? last.name : `${last.name} …` };
    else lines.push({ status, name, message });
  }
  return lines;
}

function linkLine({ status, name, message }: Line, colour: ChalkInstance): string {
  const line = `${MARKS[status]} ${name.padEnd(LINK_COLUMN)} ${message}`;
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

function findingLines(
  { level, row, code, message, evidence, fix }: Finding,
  colour: ChalkInstance,
): string[] {
  const title = `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  const head = level === "fail" ? colour.bold(title) : `${colour.yellow("warning")}  ${title}`;
  return [
    `  ${head}   ${colour.dim(`(${row}, ${code})`)}`,
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

function verdictText(report: ChainReport): string {
  const broken = firstBroken(report);
  if (broken !== undefined) return `Broken at: ${broken.link.replace("-", " ")}`;
  if (report.verdict === "works") return "Works: STS takes its tokens.";
  const open = report.links
    .filter(({ status }) => status === "UNKNOWN")
    .map(({ link }) => link.replace("-", " "));
  return open.length === 0
    ? "Unproven: no fault was found; no token was tried."
    : `Unproven: no fault was found; what could not be seen: ${open.join(", ")}.`;
}

/** Many chains as a table: a line each, with its first fault. */
export function chainTable(reports: readonly ChainReport[], colour: ChalkInstance): string[] {
  const rows = reports.map((report) => {
    return [subjectText(report.subject), summary(report, colour)] as const;
  });
  const count = (verdict: ChainReport["verdict"]): number =>
    reports.filter((report) => report.verdict === verdict).length;
  const totals = `${count("works")} work, ${count("broken")} broken, ${count("unproven")} unproven`;
  return [...aligned(rows), "", `  ${totals}`];
}

function summary(report: ChainReport, colour: ChalkInstance): string {
  const broken = firstBroken(report);
  if (broken !== undefined)
    return colour.red(`✗ ${broken.link.replace("-", " ")}: ${broken.message} (${broken.row})`);
  const warning = report.links.flatMap(({ findings }) => findings)[0];
  const mark = report.verdict === "works" ? "✓ works" : colour.yellow("? unproven");
  return warning === undefined ? mark : `${mark}   ${colour.yellow(`! ${warning.message} (${warning.row})`)}`;
}
