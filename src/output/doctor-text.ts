import type { Piece, Styles } from "./line.ts";
import { remarkJson } from "./chain-json.ts";
import type { CheckReport } from "../doctor/check.ts";
import type { CommandName } from "../permissions/commands.ts";
import { findingLines, statusLine } from "./status-text.ts";

/** The checks as text: a line each, then what to do. */
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
      ? `  Checks failed for ${all}: ${failed.join(", ")}`
      : unknown.length > 0
        ? `  No check failed for ${all}; unknown: ${unknown.join(", ")}`
        : `  All checks passed for ${all}.`,
  ];
}

function nameOf(check: CheckReport["check"]): string {
  return check === "aws-rights"
    ? "AWS permissions"
    : check === "api"
      ? "Kubernetes API"
      : check.replace("-", " ");
}

/** The same as the result in JSON (docs/json.md). */
export function doctorResult(reports: readonly CheckReport[], commands: readonly CommandName[]): object {
  const checks = reports.map(({ check, status, message, remarks }) => {
    return { check, status, message, remarks: remarks.map(remarkJson) };
  });
  return { commands, checks };
}
