import type { NotRead } from "./access-answers.ts";
import type { Finding, RuleText } from "./finding.ts";

/** What an audit has found, as every format shows it. */
export interface AuditReport {
  /** The AWS account. */
  readonly awsAccount: string;
  /** The file whose rules of the organization hold. */
  readonly organizationFile?: string;
  readonly clusters: readonly { readonly name: string; readonly arn: string }[];
  /** Worst first. */
  readonly findings: readonly ReportedFinding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** Suppressions that are malformed or have expired, one sentence each. */
  readonly notes: readonly string[];
  /** What could not be read, so that findings may be missing. */
  readonly notRead: readonly NotRead[];
  /** The rules that were looked at. */
  readonly rules: readonly RuleText[];
}

/** A finding in a report. */
export interface ReportedFinding extends Finding {
  /** True if the baseline has it: then it does not count for the exit code. */
  readonly known: boolean;
  /** Where its ServiceAccount is in the manifests that were given. */
  readonly place?: Place;
}

/** A finding that is suppressed for a reason, until a day. */
export interface SuppressedFinding {
  readonly finding: ReportedFinding;
  readonly reason: string;
  /** As YYYY-MM-DD. */
  readonly until: string;
}

/** A line of a file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}
