import type { NotRead } from "./access-answers.ts";
import type { ClusterArn } from "./arn.ts";
import type { ReportedFinding } from "./audit-report.ts";

/** How a node or an edge fares, worst first. `idle`: nothing is wrong with it, and nothing uses it. */
export const GRAPH_STATES = ["dangerous", "broken", "stale", "unknown", "works", "idle"] as const;

/** One of `GRAPH_STATES`. */
export type GraphState = (typeof GRAPH_STATES)[number];

/** What nodes stand for, in the order in which a chain runs through them. */
export const GRAPH_KINDS = [
  "aws-account",
  "cluster",
  "namespace",
  "workload",
  "service-account",
  "role",
  "policy",
] as const;

/** One of `GRAPH_KINDS`. */
export type GraphKind = (typeof GRAPH_KINDS)[number];

/** Analyze access, as a graph: cluster → namespaces → workloads → ServiceAccounts → roles → policies. */
export interface AccessGraph {
  /** The AWS account's number; `null` for a graph of several, each of which is a node. */
  readonly awsAccount: string | null;
  /** The moment that it was read, in ISO 8601. */
  readonly observedAt: string;
  /** By kind, then by id. */
  readonly nodes: readonly GraphNode[];
  /** By `from`, then by `to`, then by kind. */
  readonly edges: readonly GraphEdge[];
  /** What the audit says, worst first; nodes and edges name them by index. */
  readonly findings: readonly ReportedFinding[];
  /** What could not be read, so that something may be missing. */
  readonly notRead: readonly NotRead[];
}

/** Something in the cluster or in IAM. */
export interface GraphNode {
  /** Unique, and nothing to take apart: an ARN for a cluster, a role and a policy; else it begins with one, as a rule. */
  readonly id: string;
  readonly kind: GraphKind;
  /** As people call it: a name, without what the nodes before it say already. */
  readonly label: string;
  /** The cluster and the namespace that it is in; neither for a role or a policy. */
  readonly cluster?: ClusterArn;
  readonly namespace?: string;
  readonly state: GraphState;
  /** Labeled facts, in the order in which they are read. */
  readonly facts: readonly GraphFact[];
  /** Indexes of the findings that are about it. */
  readonly findings: readonly number[];
}

/** How one node leads to another. */
export interface GraphEdge {
  /** Ids of nodes. */
  readonly from: string;
  readonly to: string;
  /**
   * `contains`: AWS account, cluster or namespace; `runs-as`: a workload's pods, with the ServiceAccount; `assumes`: a ServiceAccount,
   * the role that it can assume or is annotated with; also from a namespace or a cluster whose ServiceAccounts all can, which are not
   * drawn for that alone; from a workload without an identity of its own, the role of the nodes that it runs on; from a role that pods can
   * get, the role that it can assume; `attached`: the role's policy, managed or inline, its boundary, or the
   * session policy of an association by which pods get it.
   */
  readonly kind: "contains" | "runs-as" | "assumes" | "attached";
  readonly state: GraphState;
  /** For example the statements that allow the ServiceAccount, or why they do not. */
  readonly facts: readonly GraphFact[];
  readonly findings: readonly number[];
}

/** The label of the fact by which an edge tells that it leads to a role of another AWS account, which is its value. */
export const CROSSING = "in AWS account";

/** The label of the fact by which a node tells why it, or a part of it, is missing. */
export const NOT_READ = "not read";

/** A fact with its label. */
export type GraphFact = readonly [label: string, value: string];

/** True for the facts of an edge that leads to a role of another AWS account. */
export function crosses(facts: readonly GraphFact[]): boolean {
  return facts.some(([label]) => label === CROSSING);
}
