import type { ClusterArn } from "./arn.ts";
import type { Remedy } from "./remedy.ts";

/** How bad a finding is, worst first. */
export const SEVERITIES = ["critical", "high", "medium", "low"] as const;

/** One of `SEVERITIES`. */
export type Severity = (typeof SEVERITIES)[number];

/** True if the one is at least as bad as the other. */
export function isAtLeast(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other);
}

/** What a rule says of itself, once for all its findings. */
export interface RuleText {
  /** As `sub-missing`; stable. */
  readonly code: string;
  /** What is the case, as half a sentence. */
  readonly title: string;
  /** Of most of its findings; one may be worse, or less. */
  readonly severity: Severity;
  /** Why it matters, in Markdown. */
  readonly why: string;
  /** What exactly is found, and what is not, in Markdown. */
  readonly finds: string;
  /** How it is fixed, in Markdown. */
  readonly remedies: string;
  /** Pages that say so. */
  readonly sources: readonly string[];
}

/** Something that an audit found. */
export interface Finding {
  /** The rule's code. */
  readonly rule: string;
  readonly severity: Severity;
  readonly subject: FindingSubject;
  /** One sentence with the values in it, lower case, without a full stop. */
  readonly message: string;
  /** Labeled facts, in the order in which they are read. */
  readonly evidence: readonly (readonly [label: string, value: string])[];
  readonly remedy: Remedy;
  /** The namespaces that it concerns; empty for what concerns none, or any. */
  readonly namespaces: readonly string[];
  /** 20 characters, the same in every run as long as it is the same finding, whatever the numbers in its message. */
  readonly fingerprint: string;
}

/** What a finding is about. */
export interface FindingSubject {
  readonly kind: "role" | "service-account" | "provider" | "cluster";
  /** As people call it: a role's name, `namespace/name`, an issuer, a cluster's name. */
  readonly name: string;
  /** Unique: an ARN; for a ServiceAccount, the cluster's ARN, `/`, and its path. */
  readonly id: string;
  /** Only if it is about one cluster. */
  readonly cluster?: ClusterArn;
}
