import type { Piece, Styles } from "./line.ts";
import { json } from "./json.ts";
import type { TextBlock } from "./text-block.ts";
import type { LinkFinding } from "../verification/chain.ts";
import type { CheckReport } from "../doctor/check.ts";
import type { CommandName } from "../permissions/commands.ts";
import { findingLines, statusLine } from "./status-text.ts";

/** The checks as people read them: a line each, then what is to be done. */
export function doctorLines(
  reports: readonly CheckReport[],
  commands: readonly CommandName[],
  color: Styles,
): Piece[] {
  const remarks = reports.flatMap((report) => report.remarks);
  const failed = reports.filter(({ status }) => status === "FAIL").map(({ check }) => nameOf(check));
  const unknown = reports.filter(({ status }) => status === "UNKNOWN").map(({ check }) => nameOf(check));
  const all = commands.join(", ");
  return [
    ...reports.map(({ check, status, message }) =>
      statusLine({ name: nameOf(check), status, message }, color),
    ),
    ...remarks.flatMap((remark) => ["", ...findingLines(remark, remark.code, color)]),
    "",
    failed.length > 0
      ? `  In the way of ${all}: ${failed.join(", ")}`
      : unknown.length > 0
        ? `  Nothing was found in the way of ${all}; not known: ${unknown.join(", ")}`
        : `  All checks passed: ${all}.`,
  ];
}

function nameOf(check: CheckReport["check"]): string {
  return check === "aws-rights" ? "AWS rights" : check === "api" ? "cluster's API" : check.replace("-", " ");
}

/** The same as versioned JSON (docs/json.md). */
export function doctorJson(reports: readonly CheckReport[], commands: readonly CommandName[]): TextBlock {
  return json({ schemaVersion: 1, commands, checks: reports.map(checkJson) });
}

/** Evidence of several lines is one text to scripts. */
function checkJson({ remarks, ...report }: CheckReport): object {
  const joined = (evidence: LinkFinding["evidence"]): object =>
    Object.fromEntries(Object.entries(evidence).map(([label, value]) => [label, [value].flat().join("\n")]));
  return { ...report, remarks: remarks.map((one) => ({ ...one, evidence: joined(one.evidence) })) };
}
