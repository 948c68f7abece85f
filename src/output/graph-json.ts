import { camelCase } from "./camel-case.ts";
import { clusterJsonOf, labeledJson } from "./json-forms.ts";
import type { AccessGraph, GraphEdge, GraphNode } from "../model/access-graph.ts";
import { findingJson } from "./audit-json.ts";

/** The result of `graph -o json` (docs/json.md). */
export function graphResult({
  awsAccount,
  observedAt,
  nodes,
  edges,
  findings,
  notRead,
}: AccessGraph): object {
  const names = new Set(nodes.flatMap(({ cluster }) => cluster ?? []));
  const clusters = new Map([...names].map((arn) => [arn, clusterJsonOf(arn)]));
  return {
    awsAccount,
    observedAt,
    nodes: nodes.map(({ cluster, ...node }) => ({
      ...partJson(node),
      ...(cluster !== undefined && { cluster: clusters.get(cluster) }),
    })),
    edges: edges.map(partJson),
    findings: findings.map(findingJson),
    notRead,
  };
}

function partJson({ kind, facts, ...part }: Omit<GraphNode, "cluster"> | GraphEdge): object {
  return { ...part, kind: camelCase(kind), facts: labeledJson(facts) };
}
