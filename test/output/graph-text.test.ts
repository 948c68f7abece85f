import { describe, expect, it } from "vitest";
import type { AccessGraph, GraphEdge, GraphNode } from "../../src/model/access-graph.ts";
import { graphSummary as graphSummaryOf } from "../../src/output/graph-text.ts";
import { PLAIN, shownLines } from "../fakes/shown.ts";

const graphSummary = shownLines(graphSummaryOf);

function node(kind: GraphNode["kind"], state: GraphNode["state"], namespace = "shop"): GraphNode {
  return { id: `${kind} ${state}`, kind, label: "x", namespace, state, facts: [], findings: [] };
}

function graph(changes: Partial<AccessGraph> = {}): AccessGraph {
  const nodes = [
    node("cluster", "works"),
    node("service-account", "stale"),
    node("service-account", "works"),
    node("role", "dangerous"),
  ];
  return { awsAccount: "1", observedAt: "", nodes, edges: [], findings: [], notRead: [], ...changes };
}

const lines = (given: AccessGraph, format = "json", namespaces: readonly string[] = [], text = "") =>
  graphSummary(given, { namespaces, format, text }, PLAIN);
const EDGE: GraphEdge = { from: "a", to: "b", kind: "assumes", state: "works", facts: [], findings: [] };
const MANY = Array.from({ length: 501 }, () => EDGE);

describe("beside the picture", () => {
  it("stands how much is in it, and what is in trouble", () => {
    expect(lines(graph())).toEqual([
      "  1 cluster, 0 namespaces, 0 workloads, 2 ServiceAccounts, 1 role, 0 policies",
      "  ServiceAccounts: 1 stale",
      "  roles: 1 dangerous",
    ]);
  });

  it("stands what could not be read, and which namespaces have nothing in it", () => {
    const notRead = [{ what: "roles", code: "access-denied", message: "not permitted: iam:ListRoles" }];
    const said = lines(graph({ notRead }), "json", ["shop", "pay"]).join("\n");
    expect(said).toContain("Not everything could be read:");
    expect(said).toContain("nothing in namespace pay");
    expect(said).not.toContain("nothing in namespace shop");
  });

  it.each([
    ["more edges", graph({ edges: MANY }), "", true],
    ["more text", graph(), "x".repeat(50_001), true],
    ["no more", graph({ edges: MANY.slice(1) }), "x".repeat(50_000), false],
  ])("stands that Mermaid draws less, of %s than it takes", (_, given, text, said) => {
    expect(lines(given, "mermaid", [], text).some((line) => line.includes("Mermaid draws"))).toBe(said);
    expect(lines(given, "dot", [], text).some((line) => line.includes("Mermaid"))).toBe(false);
  });
});
