import { awsWords } from "../../src/model/aws-words.ts";
import type {
  AccessGraph,
  GraphEdge,
  GraphFact,
  GraphKind,
  GraphNode,
  GraphState,
} from "../../src/model/access-graph.ts";
import type { ClusterArn } from "../../src/model/arn.ts";
import type { CommandWords } from "../../src/model/command-words.ts";
import type { ReportedFinding } from "../../src/model/audit-report.ts";
import type { Severity } from "../../src/model/finding.ts";

/** The AWS account of made graphs. */
export const AWS_ACCOUNT = "111122223333";

/** The ARN of a cluster of it. */
export function clusterArn(name: string): ClusterArn {
  return `arn:aws:eks:eu-west-1:${AWS_ACCOUNT}:cluster/${name}` as ClusterArn;
}

/** The ARN of a role of it. */
export function roleArn(name: string): string {
  return `arn:aws:iam::${AWS_ACCOUNT}:role/${name}`;
}

/** The least that a finding needs. */
export interface FindingSketch {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy?: string;
  readonly evidence?: readonly GraphFact[];
}

/** Builds a graph: nodes and edges come in any order, and with little said. */
export interface GraphSketch {
  readonly node: (kind: GraphKind, id: string, label: string, more?: Partial<GraphNode>) => string;
  readonly edge: (
    kind: GraphEdge["kind"],
    from: string,
    to: string,
    state?: GraphState,
    facts?: GraphFact[],
  ) => void;
  /** Adds a finding about a node that is there. */
  readonly found: (id: string, finding: FindingSketch) => void;
  readonly graph: () => AccessGraph;
}

/** Begins a graph. */
export function sketch(): GraphSketch {
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const findings: ReportedFinding[] = [];
  return {
    node(kind, id, label, more = {}) {
      nodes.set(id, { id, kind, label, state: "works", facts: [], findings: [], ...more });
      return id;
    },
    edge(kind, from, to, state = "works", facts = []) {
      edges.push({ from, to, kind, state, facts, findings: [] });
    },
    found(id, finding) {
      const node = nodes.get(id);
      if (node === undefined) throw new Error(`no node ${id}`);
      nodes.set(id, { ...node, findings: [...node.findings, findings.length] });
      findings.push(reported(node, finding));
    },
    graph: () => ({
      awsAccount: AWS_ACCOUNT,
      observedAt: "2026-11-25T01:00:00.000Z",
      nodes: [...nodes.values()],
      edges,
      findings,
      notRead: [],
    }),
  };
}

function wordsOf(line: string): CommandWords {
  const [program, ...args] = line.split(" ");
  return program === "aws" ? awsWords(args) : ["irsa", ...args];
}

function reported(
  { id, kind, label, namespace, cluster }: GraphNode,
  { rule, severity, message, remedy, evidence = [] }: FindingSketch,
): ReportedFinding {
  return {
    rule,
    severity,
    message,
    evidence,
    subject: {
      kind: kind === "role" || kind === "cluster" ? kind : "service-account",
      name: namespace === undefined ? label : `${namespace}/${label}`,
      id,
      ...(cluster !== undefined && { cluster }),
    },
    remedy:
      remedy === undefined
        ? { kind: "advice", text: "its owner decides" }
        : { kind: "command", command: wordsOf(remedy) },
    namespaces: namespace === undefined ? [] : [namespace],
    fingerprint: `${rule}-${label}`.padEnd(20, "0").slice(0, 20),
    known: false,
  };
}
