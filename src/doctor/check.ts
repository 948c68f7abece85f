import type { FailureCode } from "../model/failure-codes.ts";
import { adviceText, type Failure } from "../model/failure.ts";
import type { LinkFinding, Status } from "../verification/chain.ts";
import type { Remedy } from "../model/remedy.ts";

/** What is looked at, in this order. */
export const CHECKS = [
  "environment",
  "region",
  "credentials",
  "cluster",
  "api",
  "aws-rights",
  "cluster-rights",
  "quotas",
] as const;

/** One of them. */
export type CheckName = (typeof CHECKS)[number];

/** The code of a remark: that of the failure in which a read ended, or one of doctor's own. */
export type RemarkCode =
  | FailureCode
  | "profile-over-keys"
  | "half-a-key"
  | "session-token-alone"
  | "two-regions"
  | "endpoints-ignored"
  | "endpoint-override"
  | `${"aws-rights" | "cluster-rights"}-${"missing" | "partial"}`
  | "providers-nearly-full"
  | `roles-${"full" | "nearly-full"}`;

/** Something to know of a check, with what to do about it. */
export interface Remark {
  readonly level: "fail" | "warn";
  readonly code: RemarkCode;
  readonly message: string;
  readonly evidence: LinkFinding["evidence"];
  readonly fix: Remedy;
}

/** How a check ended; `message` is one line for people. */
export interface CheckResult {
  readonly status: Status;
  readonly message: string;
  readonly remarks: readonly Remark[];
}

/** A check's result with its name. */
export interface CheckReport extends CheckResult {
  readonly check: CheckName;
}

/** All is well. */
export function passed(message: string): CheckResult {
  return { status: "PASS", message, remarks: [] };
}

/** It can't be determined. */
export function notKnown(message: string): CheckResult {
  return { status: "UNKNOWN", message, remarks: [] };
}

/** It was not looked at. */
export function passedOver(message: string): CheckResult {
  return { status: "SKIPPED", message, remarks: [] };
}

/** A result with remarks: it fails if one of them does, and warns if there is any. */
export function remarked(message: string, remarks: readonly Remark[]): CheckResult {
  const fault = remarks.find(({ level }) => level === "fail");
  if (fault !== undefined) return { status: "FAIL", message: fault.message, remarks };
  return { status: remarks.length > 0 ? "WARN" : "PASS", message, remarks };
}

/** Failures that mean that another cluster or AWS account was found than was asked for. */
export const NOT_MEANT = ["other-cluster", "other-aws-account"] as const satisfies readonly FailureCode[];

/** Failures that say how things stand; after any other it is unknown how they do. */
const CERTAIN: ReadonlySet<FailureCode> = new Set<FailureCode>([
  "no-profile",
  "bad-profile",
  "endpoint",
  "proxy",
  "no-region",
  "no-credentials",
  "sso-expired",
  "bad-credentials",
  "ca-bundle",
  "tls",
  "unreachable",
  "no-cluster",
  "no-issuer",
  "no-endpoint",
  "cluster-status",
  "wrong-cluster",
  "unexpected-answer",
  ...NOT_MEANT,
  "unproved-cluster",
  "unverified-tls",
  "unauthorized",
  "kubeconfig",
  "kubeconfig-credentials",
  "credential-plugin",
  "credentials-expired",
  "no-context",
]);

/** What a read that failed tells: a fault, or nothing. */
export function fromFailure(failure: Failure, more: Partial<Pick<Remark, "fix">> = {}): CheckResult {
  const { code, message, detail } = failure;
  if (!CERTAIN.has(code)) return notKnown(message);
  const evidence = Object.fromEntries(detail.facts ?? []);
  return remarked(message, [{ level: "fail", code, message, evidence, fix: more.fix ?? fixOf(failure) }]);
}

function fixOf(failure: Failure): Remedy {
  const { code } = failure;
  const { command } = failure.detail;
  const advice = adviceText(failure);
  if (code === "bad-credentials")
    return {
      kind: "advice",
      text: "They are invalid or expired. Get new credentials, or choose others with --profile",
    };
  if (command === undefined) return { kind: "advice", text: advice ?? "Fix it, then run irsa doctor again" };
  return { kind: "command", command, ...(advice !== undefined && { note: advice }) };
}
