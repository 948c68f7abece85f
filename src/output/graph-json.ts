import { json } from "./json.ts";
import type { TextBlock } from "./text-block.ts";
import type { AccessGraph, GraphFact } from "../model/access-graph.ts";
import { findingJson } from "./audit-json.ts";

/** The graph as versioned JSON (docs/json.md, schemas/irsa-graph.schema.json). */
export function graphJson({
  awsAccount,
  observedAt,
  nodes,
  edges,
  findings,
  notRead,
}: AccessGraph): TextBlock {
  const document = {
    schemaVersion: 1,
    awsAccount,
    observedAt,
    nodes: nodes.map((node) => ({ ...node, facts: node.facts.map(factJson) })),
    edges: edges.map((edge) => ({ ...edge, facts: edge.facts.map(factJson) })),
    findings: findings.map(findingJson),
    notRead,
  };
  return json(document);
}

function factJson([label, value]: GraphFact): object {
  return { label, value };
}
