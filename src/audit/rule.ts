import type { PolicyArn, RoleArn } from "../model/arn.ts";
import { base32Digest } from "../model/digest.ts";
import type { Finding, RuleText } from "../model/finding.ts";
import type { RoleDetails } from "../model/iam-objects.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { Inventory } from "./inventory.ts";
import { nodeRolesByArn, type NodeRole } from "./nodes/node-roles.ts";
import {
  annotatedServiceAccounts,
  podsByServiceAccount,
  type Annotated,
  type PodsByServiceAccount,
} from "./annotated.ts";
import type { Observed } from "./observe.ts";
import type { ClusterCandidates, AccessIndex } from "./access-index.ts";

/** The input of rules. */
export interface Audit {
  readonly inventory: Inventory;
  readonly access: AccessIndex;
  /** The roles that chains may lead to, where those are not of this AWS account alone. */
  readonly chained?: Pick<AccessIndex, "roles">;
  /** Every ServiceAccount with a role annotation, valid or not. */
  readonly annotated: readonly Annotated[];
  /** The running and pending pods of each cluster, if they could be read. */
  readonly pods: ReadonlyMap<ClusterCandidates, PodsByServiceAccount>;
  /** What has which role as the role of its nodes, by the role's ARN. */
  readonly nodeRoles: ReadonlyMap<RoleArn, readonly NodeRole[]>;
  /** The policies of the roles, if they were needed and could be read. */
  readonly details: ReadonlyMap<RoleArn, RoleDetails>;
  /** The documents of the managed policies that could be read. */
  readonly policies: ReadonlyMap<PolicyArn, PolicyDocument>;
  /** After how many days without activity a role counts as unused. */
  readonly unusedDays: number;
}

/** The input of rules, from what was read. */
export function auditOf(observed: Observed, unusedDays: number): Audit {
  let pods: Audit["pods"] | undefined;
  return {
    ...observed,
    annotated: annotatedServiceAccounts(observed.access),
    // They are many, and not every rule looks at them.
    get pods() {
      return (pods ??= podsIn(observed.access));
    },
    nodeRoles: nodeRolesByArn(observed.inventory.clusters),
    unusedDays,
  };
}

function podsIn({ clusters }: AccessIndex): Audit["pods"] {
  const found = clusters.flatMap((cluster) => {
    const pods = podsByServiceAccount(cluster.audited);
    return pods.state === "known" ? [[cluster, pods.value] as const] : [];
  });
  return new Map(found);
}

/** A rule: its texts, and how it finds. It finds nothing in what could not be read. */
export interface Rule extends RuleText {
  /**
   * The pods that it looks at, if any: for a finding about a ServiceAccount those of this ServiceAccount, or all. While pods come
   * and go, a watch evaluates it again for those alone, and a rule that looks at none not at all.
   */
  readonly pods?: "own" | "all";
  readonly find: (audit: Audit) => Iterable<Found>;
}

/** A finding as a rule returns it; the rest follows from the rule. */
export interface Found extends Pick<Finding, "subject" | "message" | "evidence" | "remedy"> {
  readonly severity?: Finding["severity"];
  readonly namespaces?: readonly string[];
  /** Distinguishes findings of one rule about one subject, for example a statement's index. */
  readonly about?: string;
}

/** Identifies a finding across runs; `about` distinguishes those of one rule about one subject. */
export function fingerprintOf(rule: string, { kind, id }: Finding["subject"], about = ""): string {
  return base32Digest([rule, kind, id, about].join("\n"), 20);
}

/** The complete finding, from what a rule returned. */
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
