import type { AuditReport } from "../../model/audit-report.ts";
import { EXIT_CODES } from "../../model/failure.ts";
import { isAtLeast } from "../../model/finding.ts";
import type { AuditFlags } from "./flags.ts";

/** 3 where there is something new that the run is to fail on. */
export function exitCodeOf({ findings }: AuditReport, { failOn }: Pick<AuditFlags, "failOn">): number {
  if (failOn === "never") return 0;
  return findings.some(({ known, severity }) => !known && isAtLeast(severity, failOn))
    ? EXIT_CODES.findings
    : 0;
}
