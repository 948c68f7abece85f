import { permissionsOf } from "../../src/model/role-permissions.ts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Observed } from "../../src/audit/observe.ts";
import { accessIndexOf } from "../../src/audit/access-index.ts";
import { accessPathsOf } from "../../src/audit/access-paths.ts";
import { reportOf } from "../../src/audit/report.ts";
import { graphOf } from "../../src/graph/graph-of.ts";
import { restrictedTo } from "../../src/graph/restrict.ts";
import { known, mapKnown } from "../../src/model/known.ts";
import type { AccessGraph } from "../../src/model/access-graph.ts";
import type { AuditReport } from "../../src/model/audit-report.ts";
import { Envelope } from "../../src/output/envelope.ts";
import { auditResult } from "../../src/output/audit-json.ts";
import { auditMarkdown as auditMarkdownOf } from "../../src/output/audit-markdown.ts";
import { auditLines as auditLinesOf } from "../../src/output/audit-text.ts";
import { graphDot as graphDotOf } from "../../src/output/graph-dot.ts";
import { graphHtml as graphHtmlOf } from "../../src/output/graph-html.ts";
import { graphResult } from "../../src/output/graph-json.ts";
import { graphTree as graphTreeOf } from "../../src/output/graph-tree.ts";
import { graphMermaid as graphMermaidOf } from "../../src/output/graph-mermaid.ts";
import { auditAsff as auditAsffOf } from "../../src/output/asff.ts";
import { auditOcsf as auditOcsfOf } from "../../src/output/ocsf.ts";
import { auditSarif as auditSarifOf } from "../../src/output/sarif.ts";
import { arbitraryWorld } from "./arbitrary-world.ts";
import { fullWorld } from "./full-world.ts";
import { ASKED, drawn, observedOf } from "./scenes.ts";
import { PLAIN, shownLines, shownText } from "../fakes/shown.ts";

const auditJson = (report: AuditReport): string =>
  String(new Envelope("audit", true).answer({ result: auditResult(report) }));
const auditMarkdown = shownText(auditMarkdownOf);
const auditLines = shownLines(auditLinesOf);
const graphDot = shownText(graphDotOf);
const graphHtml = shownText(graphHtmlOf);
const graphJson = (graph: AccessGraph): string =>
  String(new Envelope("graph", true).answer({ result: graphResult(graph) }));
const graphMermaid = shownText(graphMermaidOf);
const graphTree = shownText(graphTreeOf);
const auditSarif = shownText(auditSarifOf);
const auditAsff = shownText(auditAsffOf);
const auditOcsf = shownText(auditOcsfOf);
const RUN = { version: "1.0.0", at: new Date(0) };

/** Every format of audit and graph. */
function outputsOf(observed: Observed): Record<string, string> {
  const report = reportOf(observed, ASKED);
  const graph = graphOf(observed, report);
  return {
    table: auditLines(report, PLAIN).join("\n"),
    auditJson: auditJson(report),
    sarif: auditSarif(report, "1.0.0"),
    asff: auditAsff(report, RUN),
    ocsf: auditOcsf(report, RUN),
    markdown: auditMarkdown(report),
    json: graphJson(graph),
    dot: graphDot(graph),
    mermaid: graphMermaid(graph),
    tree: graphTree(graph, { isUtf8: true, color: PLAIN }),
    html: graphHtml(graph),
    restricted: graphJson(restrictedTo(["shop"], graph)),
  };
}

type Order = <T>(items: readonly T[]) => T[];

/** The same world, every list of it in another order, as another page size or another run may give it. */
function inOrder(order: Order, { inventory, details, policies }: Observed): Observed {
  const entries = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(order(Object.entries(record)));
  const reordered = {
    ...inventory,
    roles: mapKnown(inventory.roles, order),
    providers: mapKnown(inventory.providers, order),
    gaps: order(inventory.gaps),
    clusters: inventory.clusters.map((one) => ({
      ...one,
      provider: mapKnown(one.provider, (found) => found && { ...found, clientIds: order(found.clientIds) }),
      serviceAccounts: mapKnown(one.serviceAccounts, (all) =>
        order(all).map((serviceAccount) => ({
          ...serviceAccount,
          annotations: entries(serviceAccount.annotations),
        })),
      ),
      pods: one.pods.state === "known" ? known(order(one.pods.value)) : one.pods,
      associations: mapKnown(one.associations, order),
    })),
  };
  return {
    inventory: reordered,
    access: accessIndexOf(reordered, [], permissionsOf(details, policies)),
    details: new Map(
      order([...details]).map(([arn, one]) => [
        arn,
        { ...one, attached: order(one.attached), inline: entries(one.inline) },
      ]),
    ),
    policies: new Map(order([...policies])),
  };
}

/** An order that depends on nothing but the seed. */
function shuffled(seed: number): Order {
  return (items) => {
    let state = seed;
    const weighed = items.map((item) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return { item, weight: state };
    });
    return weighed.toSorted((one, other) => one.weight - other.weight).map(({ item }) => item);
  };
}

describe("the same world in another order", () => {
  it("is reported in the same bytes, in every format", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(fullWorld()), { arbitrary: arbitraryWorld, weight: 9 }),
        fc.nat(),
        (world, seed) => {
          const observed = observedOf(world);
          expect(outputsOf(inOrder(shuffled(seed), observed))).toEqual(outputsOf(observed));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is really in another order", () => {
    const { inventory } = observedOf(fullWorld());
    expect(inOrder(shuffled(7), observedOf(fullWorld())).inventory.roles).not.toEqual(inventory.roles);
  });
});

describe("every picture", () => {
  it("has edges between its own nodes alone, each once, and names findings that there are", () => {
    fc.assert(
      fc.property(arbitraryWorld, fc.subarray(["shop", "pay", "nothing"]), (world, namespaces) => {
        const observed = observedOf(world);
        const { nodes, edges, findings } = restrictedTo(
          namespaces,
          graphOf(observed, reportOf(observed, ASKED)),
        );
        const ids = new Set(nodes.map(({ id }) => id));
        expect(ids.size).toBe(nodes.length);
        expect(edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
        expect(new Set(edges.map(({ from, to, kind }) => [from, to, kind].join("\n"))).size).toBe(
          edges.length,
        );
        const named = [...nodes, ...edges].flatMap((one) => one.findings);
        expect(named.filter((index) => findings[index] === undefined)).toEqual([]);
        const unnamed = [...findings.keys()].filter((index) => !named.includes(index));
        expect(namespaces.length === 0 ? [] : unnamed).toEqual([]);
      }),
    );
  });

  it("leads to every ServiceAccount, workload and namespace from a cluster", () => {
    fc.assert(
      fc.property(arbitraryWorld, (world) => {
        const observed = observedOf(world);
        const { nodes, edges } = graphOf(observed, reportOf(observed, ASKED));
        const reached = new Set(edges.map(({ to }) => to));
        const inside = nodes.filter(({ kind }) =>
          ["namespace", "workload", "service-account"].includes(kind),
        );
        expect(inside.filter(({ id }) => !reached.has(id))).toEqual([]);
      }),
    );
  });

  it("has a way for everyone who can assume a role, and of those who don't says so", () => {
    fc.assert(
      fc.property(arbitraryWorld, (world) => {
        const observed = observedOf(world);
        const { edges } = graphOf(observed, reportOf(observed, ASKED));
        const becoming = edges.filter(({ kind }) => kind === "assumes");
        const drawn = new Set(becoming.map(({ from, to }) => `${from} > ${to}`));
        const all = observed.access.roles.flatMap(accessPathsOf).map(({ role, cluster, candidate }) => {
          const { arn } = cluster.cluster;
          const { namespace, name } = candidate.ref;
          return [`${arn}/${namespace}/${name}`, `${arn}/${namespace}`, arn].map(
            (from) => `${from} > ${role.arn}`,
          );
        });
        expect(all.filter((paths) => !paths.some((way) => drawn.has(way)))).toEqual([]);
        const named = new Set(all.map(([own]) => own));
        const claimed = becoming.filter(({ state, from }) => state === "works" && from.split("/").length > 3);
        expect(claimed.map(({ from, to }) => `${from} > ${to}`).filter((way) => !named.has(way))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a tree", () => {
  const treeOf = (graph: AccessGraph): string => graphTree(graph, { isUtf8: true, color: PLAIN });

  it("has each edge of the picture once, and each node that nothing leads to", () => {
    fc.assert(
      fc.property(arbitraryWorld, (world) => {
        const graph = drawn(world);
        const led = new Set(graph.edges.map(({ to }) => to));
        const roots = graph.nodes.filter(({ id }) => !led.has(id));
        const lines = treeOf(graph)
          .split("\n")
          .filter((line) => /  \[[a-z]+\]/.test(line));
        expect(lines).toHaveLength(graph.edges.length + roots.length);
      }),
      { numRuns: 40 },
    );
  });

  it("names every finding that a node or an edge of the picture names", () => {
    fc.assert(
      fc.property(arbitraryWorld, (world) => {
        const graph = drawn(world);
        const text = treeOf(graph);
        for (const index of [...graph.nodes, ...graph.edges].flatMap(({ findings }) => findings))
          expect(text).toContain(`: ${graph.findings[index]?.message}`);
      }),
      { numRuns: 40 },
    );
  });
});
