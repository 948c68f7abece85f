import type { PolicyArn, RoleArn } from "../model/arn.ts";
import { base32Digest } from "../model/digest.ts";
import type { Finding, RuleText } from "../model/finding.ts";
import type { RoleDetails } from "../model/iam-objects.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { Inventory } from "./inventory.ts";
import type { Reach } from "./reach.ts";

/** What rules look at. */
export interface Audit {
  readonly inventory: Inventory;
  readonly reach: Reach;
  /** What hangs on the roles, where that was of interest and could be read. */
  readonly details: ReadonlyMap<RoleArn, RoleDetails>;
  /** The documents of the managed policies that could be read. */
  readonly policies: ReadonlyMap<PolicyArn, PolicyDocument>;
  /** After how many days without use a role counts as unused. */
  readonly unusedDays: number;
}

/** A rule: what it says of itself, and how it finds. It finds nothing in what could not be read. */
export interface Rule extends RuleText {
  readonly find: (audit: Audit) => Iterable<Found>;
}

/** A finding as a rule makes it; the rest follows from the rule. */
export interface Found extends Pick<Finding, "subject" | "message" | "evidence" | "mend"> {
  readonly severity?: Finding["severity"];
  readonly namespaces?: readonly string[];
  /** Tells findings of one rule about one subject apart, as a statement's index. */
  readonly about?: string;
}

/** The finding that a rule has made. */
export function toFinding({ code, severity }: Rule, found: Found): Finding {
  const { about = "", subject, message, evidence, mend } = found;
  return {
    rule: code,
    severity: found.severity ?? severity,
    subject,
    message,
    evidence,
    mend,
    namespaces: found.namespaces ?? [],
    fingerprint: base32Digest([code, subject.kind, subject.id, about].join("\n"), 20),
  };
}
