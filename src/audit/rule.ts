import type { PolicyArn, RoleArn } from "../model/arn.ts";
import { base32Digest } from "../model/digest.ts";
import type { Finding, RuleText } from "../model/finding.ts";
import type { RoleDetails } from "../model/iam-objects.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { Inventory } from "./inventory.ts";
import {
  annotatedServiceAccounts,
  podsByServiceAccount,
  type Annotated,
  type PodsByServiceAccount,
} from "./annotated.ts";
import type { Observed } from "./observe.ts";
import type { ClusterCandidates, AccessIndex } from "./access-index.ts";

/** What rules look at. */
export interface Audit {
  readonly inventory: Inventory;
  readonly access: AccessIndex;
  /** Every ServiceAccount with an annotation that names a role, or means to. */
  readonly annotated: readonly Annotated[];
  /** The pods that run or will, of each cluster where they could be read. */
  readonly pods: ReadonlyMap<ClusterCandidates, PodsByServiceAccount>;
  /** What hangs on the roles, where that was of interest and could be read. */
  readonly details: ReadonlyMap<RoleArn, RoleDetails>;
  /** The documents of the managed policies that could be read. */
  readonly policies: ReadonlyMap<PolicyArn, PolicyDocument>;
  /** After how many days without use a role counts as unused. */
  readonly unusedDays: number;
}

/** What rules look at, from what was observed. */
export function auditOf(observed: Observed, unusedDays: number): Audit {
  const pods = observed.access.clusters.flatMap((cluster) => {
    const found = podsByServiceAccount(cluster.audited);
    return found === undefined ? [] : [[cluster, found] as const];
  });
  return {
    ...observed,
    annotated: annotatedServiceAccounts(observed.access),
    pods: new Map(pods),
    unusedDays,
  };
}

/** A rule: what it says of itself, and how it finds. It finds nothing in what could not be read. */
export interface Rule extends RuleText {
  readonly find: (audit: Audit) => Iterable<Found>;
}

/** A finding as a rule makes it; the rest follows from the rule. */
export interface Found extends Pick<Finding, "subject" | "message" | "evidence" | "remedy"> {
  readonly severity?: Finding["severity"];
  readonly namespaces?: readonly string[];
  /** Tells findings of one rule about one subject apart, as a statement's index. */
  readonly about?: string;
}

/** What tells one finding from all others, in every run; `about` parts those of one rule about one subject. */
export function fingerprintOf(rule: string, { kind, id }: Finding["subject"], about = ""): string {
  return base32Digest([rule, kind, id, about].join("\n"), 20);
}

/** The finding that a rule has made. */
export function toFinding({ code, severity }: Rule, found: Found): Finding {
  const { about, subject, message, evidence, remedy } = found;
  return {
    rule: code,
    severity: found.severity ?? severity,
    subject,
    message,
    evidence,
    remedy,
    namespaces: found.namespaces ?? [],
    fingerprint: fingerprintOf(code, subject, about),
  };
}
