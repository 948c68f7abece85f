import { line, type Piece, type Styles } from "./line.ts";
import { firstBroken, type ChainReport, type LinkFinding, type LinkReport } from "../verification/chain.ts";
import { linkLabel } from "../verification/links.ts";
import { subjectText } from "../verification/subject.ts";
import { aligned } from "./columns.ts";
import { INVOKED_AS } from "./invocation.ts";
import { behindLabel, findingLines, statusLine, type StatusLine } from "./status-text.ts";

/** How chains are shown: with their subjects where there are several; `fixing` where a plan of `--fix` follows. */
export interface ChainManner {
  readonly withSubject: boolean;
  readonly fixing?: boolean;
}

/** A chain as text: every link, then what is broken and how to fix it. */
export function chainLines(
  report: ChainReport,
  color: Styles,
  { withSubject, fixing = false }: ChainManner,
): Piece[] {
  const findings = report.links.flatMap((link) => link.findings);
  return [
    ...(withSubject ? [line`  ${color.bold(subjectText(report.subject))}`, ""] : []),
    ...merged(report.links).map((line) => statusLine(line, color)),
    ...findings.flatMap((finding) => [
      "",
      ...findingLines(fixing ? leftToFix(finding) : finding, `${finding.row}, ${finding.code}`, color),
    ]),
    "",
    `  ${verdictText(report)}`,
    ...report.notChecked.map((one) => line`  ${color.dim(`Not checked: ${one}.`)}`),
    ...(withSubject ? [""] : []),
  ];
}

/** While a `--fix` run is under way its own command is not repeated. */
function leftToFix(finding: LinkFinding): LinkFinding {
  if (finding.fix.kind === "advice" || finding.fix.byFix !== true) return finding;
  return { ...finding, fix: { kind: "advice", text: "irsa can fix it; see the plan below" } };
}

/** Consecutive links that are skipped for the same reason share a line. */
function merged(links: readonly LinkReport[]): StatusLine[] {
  const lines: StatusLine[] = [];
  for (const { link, status, message } of links) {
    const last = lines.at(-1);
    const name = linkLabel(link);
    if (status === "SKIPPED" && last?.status === status && last.message === message)
      lines[lines.length - 1] = { ...last, name: last.name.endsWith(" …") ? last.name : `${last.name} …` };
    else lines.push({ status, name, message });
  }
  return lines;
}

const WORKS: Readonly<Record<ChainReport["way"], string>> = {
  irsa: "Works: STS accepts its tokens.",
  "pod-identity": "Works: EKS gives its pods credentials by Pod Identity.",
};

function verdictText(report: ChainReport): string {
  const broken = firstBroken(report);
  if (broken !== undefined) return `Broken at: ${linkLabel(broken.link)}`;
  if (report.verdict === "works") return WORKS[report.way];
  const open = report.links.filter(({ status }) => status === "UNKNOWN").map(({ link }) => linkLabel(link));
  return open.length === 0
    ? "Unproven: no problem found, but no token was tried."
    : `Unproven: no problem found, but these are unknown: ${open.join(", ")}.`;
}

/** Many chains as a table: a line each, with its first problem. */
export function chainTable(reports: readonly ChainReport[], color: Styles): Piece[] {
  const rows = reports.map((report) => {
    return [subjectText(report.subject), summary(report, color)] as const;
  });
  const count = (verdict: ChainReport["verdict"]): number =>
    reports.filter((report) => report.verdict === verdict).length;
  const totals = `${count("works")} working, ${count("broken")} broken, ${count("unproven")} unproven`;
  return [...aligned(rows), "", `  ${totals}`];
}

/** How to look up the codes that were printed: below all chains, with the first code as the example. */
export function explainHint(reports: readonly ChainReport[]): string[] {
  const [first] = reports.flatMap((report) => firstBroken(report) ?? firstFinding(report) ?? []);
  return first === undefined
    ? []
    : [`  Run ${INVOKED_AS} explain ${first.row} for the cause, the evidence and the fix.`];
}

function firstFinding(report: ChainReport): LinkFinding | undefined {
  return report.links.flatMap(({ findings }) => findings)[0];
}

function summary(report: ChainReport, color: Styles): Piece {
  const broken = firstBroken(report);
  if (broken !== undefined)
    return color.red(
      `✗ ${linkLabel(broken.link)}: ${behindLabel(linkLabel(broken.link), broken.message)} (${broken.row})`,
    );
  const warning = firstFinding(report);
  const mark = report.verdict === "works" ? "✓ works" : color.yellow("? unproven");
  return warning === undefined
    ? mark
    : line`${mark}   ${color.yellow(`! ${warning.message} (${warning.row})`)}`;
}
