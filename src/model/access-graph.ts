import type { NotRead } from "./access-answers.ts";
import type { ReportedFinding } from "./audit-report.ts";

/** How a node or an edge fares, worst first. `idle`: nothing is wrong with it, and nothing uses it. */
export const GRAPH_STATES = ["dangerous", "broken", "stale", "unknown", "works", "idle"] as const;

/** One of `GRAPH_STATES`. */
export type GraphState = (typeof GRAPH_STATES)[number];

/** What nodes stand for, in the order in which a chain runs through them. */
export const GRAPH_KINDS = ["cluster", "namespace", "workload", "service-account", "role", "policy"] as const;

/** One of `GRAPH_KINDS`. */
export type GraphKind = (typeof GRAPH_KINDS)[number];

/** Analyze access, as a graph: cluster → namespaces → workloads → accounts → roles → policies. */
export interface AccessGraph {
  /** The AWS account's number. */
  readonly awsAccount: string;
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
  /** The cluster's name and the namespace that it lives in; neither for a role or a policy. */
  readonly cluster?: string;
  readonly namespace?: string;
  readonly state: GraphState;
  /** Labelled facts, in the order in which they are read. */
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
   * `contains`: cluster or namespace; `runs-as`: a workload's pods, with the ServiceAccount; `becomes`: the ServiceAccount, the role,
   * or that its annotation means it to – from a namespace or a cluster where every ServiceAccount in it may, of which none is
   * then drawn for that alone; `attached`: the role's policy, managed or inline, or its boundary.
   */
  readonly kind: "contains" | "runs-as" | "becomes" | "attached";
  readonly state: GraphState;
  /** As the statements that let the ServiceAccount in, or why they don't. */
  readonly facts: readonly GraphFact[];
  readonly findings: readonly number[];
}

/** A fact with its label. */
export type GraphFact = readonly [label: string, value: string];
