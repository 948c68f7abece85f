import { parse, type ASTBaseNode } from "@ts-graphviz/ast";
import { describe, expect, it } from "vitest";
import {
  GRAPH_KINDS,
  GRAPH_STATES,
  type AccessGraph,
  type GraphEdge,
  type GraphNode,
} from "../../src/model/access-graph.ts";
import { clusterArn } from "../page/sample-graph.ts";
import { graphDot as graphDotOf } from "../../src/output/graph-dot.ts";
import { Envelope } from "../../src/output/envelope.ts";
import { graphResult } from "../../src/output/graph-json.ts";
import { graphMermaid as graphMermaidOf } from "../../src/output/graph-mermaid.ts";
import { graphTree as graphTreeOf } from "../../src/output/graph-tree.ts";
import { printable, shortened } from "../../src/model/printable.ts";
import { HOSTILE_NAMES } from "../fakes/hostile-names.ts";
import { fullWorld } from "./full-world.ts";
import { drawn } from "./scenes.ts";
import { PLAIN, shownText } from "../fakes/shown.ts";

const graphDot = shownText(graphDotOf);
const graphJson = (graph: AccessGraph): string =>
  String(new Envelope("graph", true).answer({ result: graphResult(graph) }));
const graphTree = shownText(graphTreeOf);
const graphMermaid = shownText(graphMermaidOf);

/** A graph in which every name is hostile, in every kind and state. */
function hostileGraph(): AccessGraph {
  const nodes = HOSTILE_NAMES.map((label, at): GraphNode => {
    const [kind = "role", state = "works"] = [
      GRAPH_KINDS[at % 7],
      GRAPH_STATES[(at + Math.floor(at / 7)) % 6],
    ];
    return {
      id: `${at} ${label}`,
      kind,
      label,
      cluster: clusterArn(label),
      namespace: label,
      state,
      facts: [[label, label]],
      findings: [],
    };
  });
  const edges = nodes.slice(1).map(({ id, state }, at): GraphEdge => ({
    from: nodes[at]?.id ?? "",
    to: id,
    kind: (["contains", "runs-as", "assumes", "attached"] as const)[at % 4] ?? "assumes",
    state,
    facts: [[id, id]],
    findings: [],
  }));
  return {
    awsAccount: "111122223333",
    observedAt: "2026-11-24T12:00:00.000Z",
    nodes,
    edges,
    findings: [],
    notRead: [],
  };
}

const shown = ({ kind, label, state }: GraphNode): string[] => [
  printable(shortened(label)),
  state === "works" || state === "idle" ? kind : `${kind}, ${state}`,
];

interface Parsed {
  readonly type: string;
  readonly children: readonly Parsed[];
  readonly id?: { readonly value: string };
  readonly key?: { readonly value: string };
  readonly value?: { readonly value: string; readonly quoted: boolean | "html" };
}

/** The statements of the graph, by Graphviz's grammar. */
function statementsOf(text: string): readonly Parsed[] {
  const [graph] = (parse(text) as ASTBaseNode as unknown as Parsed).children;
  return graph?.children ?? [];
}

/** What Graphviz shows for a label. Source: graphviz.org, "escString"; its labels know HTML's entities. */
function textOf(label: string): string {
  return label
    .replaceAll(/\\(.)/gs, (_, character: string) => {
      if (character !== "n" && character !== "\\") throw new Error(`\\${character} in a label`);
      return character === "n" ? "\n" : "\\";
    })
    .replaceAll(/&([^;]*);/g, (entity) => {
      if (entity !== "&amp;") throw new Error(`${entity} in a label`);
      return "&";
    });
}

function attribute(statement: Parsed, name: string): Parsed["value"] {
  return statement.children.find(({ key }) => key?.value === name)?.value;
}

describe("for Graphviz", () => {
  it.each([
    ["of hostile names", hostileGraph()],
    ["of a world with everything", drawn(fullWorld())],
  ])("a picture %s has these nodes, these edges and nothing else", (_, graph) => {
    const statements = statementsOf(graphDot(graph));
    const nodes = statements.filter(({ type }) => type === "Node");
    const edges = statements.filter(({ type }) => type === "Edge");
    expect(statements.length).toBe(3 + nodes.length + edges.length);
    expect(nodes.map((one) => one.id?.value)).toEqual(graph.nodes.map((_, at) => `n${at}`));
    expect(edges).toHaveLength(graph.edges.length);
    expect(nodes.map((one) => textOf(attribute(one, "label")?.value ?? "").split("\n"))).toEqual(
      graph.nodes.map(shown),
    );
    expect(nodes.map((one) => textOf(attribute(one, "tooltip")?.value ?? ""))).toEqual(
      graph.nodes.map(({ id }) => printable(shortened(id))),
    );
    for (const one of nodes) expect(attribute(one, "label")?.quoted).toBe(true);
    for (const one of [...nodes, ...edges])
      for (const { key } of one.children)
        expect(["label", "tooltip", "shape", "color", "fontcolor", "style", "penwidth", undefined]).toContain(
          key?.value,
        );
  });
});

/** The lines that we write of Mermaid's flow charts, and no others. */
const MERMAID = {
  head: /^flowchart LR$/,
  node: /^ {2}n(\d+)(?:\[\[|\[\/|\[\(|\{\{|[([>])"((?:[\p{L}\p{N}\p{M} ._,:/@=+-]|#\d+;)*)<br\/>([a-z-]+(?:, [a-z]+)?)"(?:\]\]|\/\]|\)\]|\}\}|[)\]]):::[a-z]+$/u,
  edge: /^ {2}n\d+ (?:-->|==>|-\.->)(?:\|[a-z]+(?:, [a-z]+)?\|)? n\d+$/,
  class: /^ {2}classDef [a-z]+ [a-z0-9#:, -]+$/,
};

describe("for Mermaid", () => {
  it.each([
    ["of hostile names", hostileGraph()],
    ["of a world with everything", drawn(fullWorld())],
  ])("a picture %s has these nodes, these edges and nothing else", (_, graph) => {
    const [head = "", ...lines] = graphMermaid(graph).split("\n");
    expect(head).toMatch(MERMAID.head);
    const nodes = lines.flatMap((line) => MERMAID.node.exec(line) ?? []);
    const read = lines.flatMap((line) => {
      const [, , label, remark] = MERMAID.node.exec(line) ?? [];
      return label === undefined || remark === undefined ? [] : [[decoded(label), remark]];
    });
    expect(nodes.length / 4).toBe(graph.nodes.length);
    expect(read).toEqual(graph.nodes.map(shown));
    expect(lines.filter((line) => MERMAID.edge.test(line))).toHaveLength(graph.edges.length);
    const known = [MERMAID.node, MERMAID.edge, MERMAID.class];
    expect(lines.filter((line) => !known.some((form) => form.test(line)))).toEqual([]);
  });
});

function decoded(label: string): string {
  return label.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** A line of a tree: branches, what it is, its name, its state, what is said of the edge. */
const BRANCH =
  /^(?:│ {3}| {4})*(?:├── |└── )?(?:AWS account |cluster |namespace |ServiceAccount |role |policy )?(.*?) {2}\[([a-z]+)\](?: {2}\([a-z, :]+\))*$/u;

describe("as a tree", () => {
  it("a graph of hostile names has these nodes, a line each, and nothing else", () => {
    const graph = hostileGraph();
    const lines = graphTree(graph, { isUtf8: true, color: PLAIN }).split("\n");
    // They are one chain.
    expect(lines.map((line) => BRANCH.exec(line)?.slice(1))).toEqual(
      graph.nodes.map(({ label, state }) => [printable(shortened(label)), state]),
    );
  });
});

describe("as JSON", () => {
  it("hostile names come back as they were", () => {
    const graph = hostileGraph();
    const { result: document } = JSON.parse(graphJson(graph)) as {
      readonly result: { readonly nodes: readonly GraphNode[] };
    };
    expect(document.nodes.map(({ id, label }) => ({ id, label }))).toEqual(
      graph.nodes.map(({ id, label }) => ({ id, label })),
    );
  });
});
