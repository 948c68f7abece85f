import * as fc from "fast-check";
import { shownGraph } from "../../src/output/graph-html.ts";
import { describe, expect, it } from "vitest";
import { wholePart } from "../../src/page/data/chain.ts";
import { indexed } from "../../src/page/data/graph-index.ts";
import { layOut } from "../../src/page/picture/layout.ts";
import { neighborOf } from "../../src/page/picture/neighbor.ts";
import { shorten } from "../../src/page/picture/shorten.ts";
import { arbitraryGraph } from "./arbitrary-graph.ts";
import { sampleFleet } from "./sample-fleet.ts";

const measure = (text: string): number => text.length * 7;

describe("the picture", () => {
  it("puts each kind into a column of its own, and no node over another, whatever the graph", () => {
    fc.assert(
      fc.property(arbitraryGraph, (graph) => {
        const { nodes, columns, width, height, edges } = layOut(
          wholePart(indexed(shownGraph(graph)).nodes),
          900,
          measure,
        );
        expect(nodes).toHaveLength(graph.nodes.length);
        expect(edges).toHaveLength(graph.edges.length);
        for (const { node, x, y, width: own, height: high } of nodes) {
          expect(columns.find(({ kind }) => kind === node.kind)?.x).toBe(x);
          expect([x >= 0, y >= 0, x + own <= width, y + high <= height]).toEqual([true, true, true, true]);
        }
        for (const one of nodes) {
          const over = nodes.filter(
            (other) => other !== one && other.x === one.x && Math.abs(other.y - one.y) < one.height,
          );
          expect(over).toEqual([]);
        }
      }),
    );
  });

  it("has what is in trouble above what is not", () => {
    const { nodes } = layOut(wholePart(indexed(shownGraph(sampleFleet())).nodes), 1200, measure);
    const namespaces = nodes.filter(({ node }) => node.kind === "namespace").map(({ node }) => node.label);
    expect(namespaces.indexOf("ci")).toBeLessThan(namespaces.indexOf("kube-system"));
  });

  it("fits into the width that there is, and no column is wider than it must be", () => {
    const part = wholePart(indexed(shownGraph(sampleFleet())).nodes);
    expect(layOut(part, 1200, measure).width).toBeLessThanOrEqual(1200);
    const [cluster] = layOut(part, 4000, measure).columns;
    expect(cluster?.width).toBe(104);
  });

  it("is the same every time", () => {
    const part = wholePart(indexed(shownGraph(sampleFleet())).nodes);
    expect(layOut(part, 1200, measure)).toEqual(layOut(part, 1200, measure));
  });
});

describe("an arrow key", () => {
  const drawing = layOut(wholePart(indexed(shownGraph(sampleFleet())).nodes), 1200, measure);
  it.each([
    ["ci", "ArrowRight", "deployment/runner"],
    ["gateway", "ArrowRight", "payments-gateway"],
    ["gateway", "ArrowLeft", "deployment/gateway"],
    ["gateway", "ArrowDown", "ledger"],
    ["shop", "ArrowLeft", undefined],
  ] as const)("from %s, %s leads to %s", (from, key, to) => {
    const start = drawing.nodes.find(({ node }) => node.label === from);
    expect(start && neighborOf(drawing, start, key)?.node.label).toBe(to);
  });
});

describe("a name in the picture", () => {
  it.each([
    ["orders-api", 100, "orders-api"],
    ["aws-load-balancer-controller", 70, "aws-lo…ler"],
    ["x".repeat(10_000), 35, "xxx…x"],
    ["anything", 0, "…"],
  ])("%.30s in %i pixels is %s", (name, width, expected) => {
    expect(shorten(name, width, measure)).toBe(expected);
  });
});
