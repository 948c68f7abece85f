import * as fc from "fast-check";
import { shownGraph } from "../../src/output/graph-html.ts";
import { describe, expect, it } from "vitest";
import type { GraphState } from "../../src/model/access-graph.ts";
import { chainsOf } from "../../src/page/data/chain.ts";
import { chainFindings, findingsOf } from "../../src/page/data/findings.ts";
import { frontCoded, frontDecoded } from "../../src/page/data/front-coding.ts";
import { indexed, type IndexedNode } from "../../src/page/data/graph-index.ts";
import { overviewOf } from "../../src/page/data/overview.ts";
import { pack, unpack } from "../../src/page/data/packed-graph.ts";
import { pageOf } from "../../src/page/data/paging.ts";
import { matchesOf, scopeOf } from "../../src/page/data/search.ts";
import { filteredBy, hashOf, viewOf, WHOLE, type View } from "../../src/page/data/view.ts";
import { nameText } from "../../src/page/data/words.ts";
import { arbitraryGraph } from "./arbitrary-graph.ts";
import { sampleFleet } from "./sample-fleet.ts";
import { clusterArn, roleArn, sketch } from "./sample-graph.ts";

const FLEET = indexed(shownGraph(sampleFleet()));

function labels(nodes: Iterable<IndexedNode>): string[] {
  return [...nodes].map(({ label }) => label);
}

function nodeOf(id: string): IndexedNode {
  const node = FLEET.byId.get(id);
  if (node === undefined) throw new Error(`no node ${id}`);
  return node;
}

describe("what the page carries", () => {
  it("is the graph, to the letter", () => {
    fc.assert(
      fc.property(arbitraryGraph, (graph) => {
        expect(unpack(JSON.parse(JSON.stringify(pack(shownGraph(graph)))))).toEqual(shownGraph(graph));
      }),
    );
  });

  it("has texts that are the same again after front coding", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: "binary" })), (texts) => {
        expect(frontDecoded(frontCoded(texts.toSorted()))).toEqual(texts.toSorted());
      }),
    );
  });

  it("does not take an edge to nowhere", () => {
    const made = sketch();
    const from = made.node("role", roleArn("a"), "a");
    made.edge("attached", from, "arn:aws:iam::aws:policy/Gone");
    expect(() => pack(shownGraph(made.graph()))).toThrow("arn:aws:iam::aws:policy/Gone");
  });
});

describe("an address", () => {
  const views = fc.record(
    {
      node: fc.string({ unit: "binary" }),
      query: fc.string(),
      namespace: fc.string(),
      kind: fc.constantFrom("role" as const, "service-account" as const),
      severity: fc.constantFrom("critical" as const, "low" as const),
      states: fc.constantFrom<View["states"]>([], ["broken"], ["dangerous", "idle"]),
      order: fc.constantFrom("severity" as const, "rule" as const, "subject" as const),
      reversed: fc.boolean(),
      page: fc.integer({ min: 1, max: 999 }),
      findingsPage: fc.integer({ min: 1, max: 999 }),
    },
    { requiredKeys: ["query", "states", "order", "reversed", "page", "findingsPage"] },
  );

  it("means the view that it was made from", () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(viewOf(hashOf(view))).toEqual(view);
      }),
    );
  });

  it.each(["", "#", "#nonsense", "#state=lovely&page=-3&findings=x&kind=tree&order=up"])(
    "%j means all of it",
    (hash) => {
      expect(viewOf(hash)).toEqual(WHOLE);
    },
  );

  it("has no node and the first page after a filter, and no filter after it is lifted", () => {
    const view: View = { ...WHOLE, node: "x", namespace: "shop/ci", page: 4 };
    expect(filteredBy(view, { kind: "role" })).toEqual({ ...WHOLE, namespace: "shop/ci", kind: "role" });
    expect(filteredBy(view, { namespace: undefined })).toEqual(WHOLE);
  });
});

describe("a search", () => {
  it.each<[string, Partial<View>, string[]]>([
    ["a whole name first, then names that begin with it", { query: "media", kind: "namespace" }, ["media"]],
    [
      "names that begin with it, the worst of them first",
      { query: "media" },
      [
        "media",
        "media-import",
        "media-resizer",
        "media-bucket",
        "job/import",
        "importer",
        "deployment/resizer",
        "resizer",
      ],
    ],
    [
      "all words, in any order and case",
      { query: "PAYMENTS gateway" },
      ["deployment/gateway", "gateway", "payments-gateway"],
    ],
    ["an ARN", { query: roleArn("orders-api") }, ["orders-api"]],
    ["namespace/name", { query: "orders/worker" }, ["worker"]],
    ["a state", { states: ["stale"] }, ["orders", "cronjob/report", "report"]],
    ["what has findings", { severity: "high" }, ["ci-deployer", "gateway", "importer"]],
    [
      "a namespace with what its ServiceAccounts lead to",
      { namespace: "shop/ci" },
      ["ci", "deployment/runner", "runner", "ci-deployer", "AdministratorAccess"],
    ],
    ["nothing", { query: "no such thing" }, []],
  ])("finds %s", (_, part, expected) => {
    expect(labels(matchesOf(FLEET, { ...WHOLE, ...part }))).toEqual(expected);
  });
});

describe("a chain", () => {
  it("is what leads to a node and where it leads, and nothing beside it", () => {
    const { nodes, edges, total } = chainsOf([nodeOf(`${clusterArn("shop")}/payments/gateway`)], 100);
    expect(labels(nodes).toSorted()).toEqual([
      "deployment/gateway",
      "gateway",
      "payments",
      "payments-gateway",
      "payments-keys",
      "shop",
    ]);
    expect(edges).toHaveLength(5);
    expect(total).toBe(6);
  });

  it("of a ServiceAccount has the roles that are open to every ServiceAccount of its namespace and cluster", () => {
    const { node, edge, graph } = sketch();
    node("cluster", "c", "c");
    node("namespace", "c/n", "n");
    node("workload", "c/n/deployment/w", "w");
    for (const name of ["a", "b"]) node("service-account", `c/n/${name}`, name);
    for (const name of ["own", "of-namespace", "of-cluster", "of-b"]) node("role", name, name);
    node("policy", "p", "p");
    edge("contains", "c", "c/n");
    edge("contains", "c/n", "c/n/deployment/w");
    edge("contains", "c/n", "c/n/b");
    edge("runs-as", "c/n/deployment/w", "c/n/a");
    edge("assumes", "c/n/a", "own");
    edge("assumes", "c/n", "of-namespace");
    edge("assumes", "c", "of-cluster");
    edge("assumes", "c/n/b", "of-b");
    edge("attached", "of-cluster", "p");
    const index = indexed(shownGraph(graph()));
    const chain = (id: string) => labels(chainsOf([index.byId.get(id) ?? nodeOf(id)], 100).nodes).toSorted();
    const all = ["a", "c", "n", "of-cluster", "of-namespace", "own", "p", "w"];
    expect(chain("c/n/a")).toEqual(all);
    expect(chain("c/n/deployment/w")).toEqual(all);
    expect(chain("own")).toEqual(["a", "c", "n", "own", "w"]);
  });

  it("keeps to the limit, says how much there is, and has every edge between what it keeps", () => {
    fc.assert(
      fc.property(arbitraryGraph, fc.integer({ min: 1, max: 6 }), (graph, most) => {
        const index = indexed(shownGraph(graph));
        for (const start of index.nodes) {
          const [cut, whole] = [chainsOf([start], most), chainsOf([start], 1_000)];
          expect(cut.nodes.size).toBe(Math.min(most, whole.nodes.size));
          expect(cut.total).toBe(whole.nodes.size);
          expect(cut.nodes.has(start)).toBe(true);
          const ids = new Set([...cut.nodes].map(({ id }) => id));
          expect(cut.edges).toHaveLength(
            graph.edges.filter(({ from, to }) => ids.has(from) && ids.has(to)).length,
          );
        }
      }),
    );
  });
});

describe("the audit's table", () => {
  const table = (part: Partial<View>): string[] => {
    const view = { ...WHOLE, ...part };
    return findingsOf(FLEET, view, matchesOf(FLEET, view)).map(
      ({ finding }) => `${finding.severity} ${finding.rule}`,
    );
  };

  it.each<[string, Partial<View>, string[]]>([
    [
      "worst first",
      {},
      [
        "critical administrator",
        "high annotation-refused",
        "high role-gone",
        "medium stale-pods",
        "low unused-role",
      ],
    ],
    [
      "mildest first",
      { reversed: true },
      [
        "low unused-role",
        "medium stale-pods",
        "high role-gone",
        "high annotation-refused",
        "critical administrator",
      ],
    ],
    [
      "by rule",
      { order: "rule" },
      [
        "critical administrator",
        "high annotation-refused",
        "high role-gone",
        "medium stale-pods",
        "low unused-role",
      ],
    ],
    [
      "by subject",
      { order: "subject" },
      [
        "critical administrator",
        "low unused-role",
        "high role-gone",
        "medium stale-pods",
        "high annotation-refused",
      ],
    ],
    [
      "at least as bad",
      { severity: "high" },
      ["critical administrator", "high annotation-refused", "high role-gone"],
    ],
    ["of a namespace", { namespace: "shop/media" }, ["high role-gone"]],
    ["of nodes in a state", { states: ["stale"] }, ["medium stale-pods"]],
    ["by words of the message", { query: "400 days" }, ["low unused-role"]],
  ])("is sorted and filtered: %s", (_, part, expected) => {
    expect(table(part)).toEqual(expected);
  });

  it("says what was found elsewhere on a chain, where the cause may be", () => {
    const elsewhere = (id: string): string[] =>
      chainFindings(FLEET, nodeOf(id)).map(({ finding, node }) => `${node.label} ${finding.rule}`);
    const namespace = `${clusterArn("shop")}/payments`;
    expect(elsewhere(`${namespace}/deployment/gateway`)).toEqual(["gateway annotation-refused"]);
    expect(elsewhere(roleArn("payments-gateway"))).toEqual(["gateway annotation-refused"]);
    expect(elsewhere(`${namespace}/gateway`)).toEqual([]);
    expect(elsewhere(clusterArn("shop"))).toEqual([
      "ci-deployer administrator",
      "gateway annotation-refused",
      "importer role-gone",
      "report stale-pods",
    ]);
  });

  it("leads to the node that each finding is about", () => {
    expect(findingsOf(FLEET, WHOLE, []).map(({ node }) => node?.label)).toEqual([
      "ci-deployer",
      "gateway",
      "importer",
      "report",
      "legacy-batch",
    ]);
  });
});

describe("the overview", () => {
  it("has every namespace, worst first, with the number of ServiceAccounts in each state", () => {
    const [cluster] = overviewOf(FLEET);
    expect(
      cluster?.namespaces.map(({ namespace, serviceAccounts, states }) => [
        namespace.label,
        serviceAccounts,
        states,
      ]),
    ).toEqual([
      ["ci", 1, [["dangerous", 1]]],
      [
        "payments",
        2,
        [
          ["broken", 1],
          ["works", 1],
        ],
      ],
      [
        "media",
        2,
        [
          ["broken", 1],
          ["works", 1],
        ],
      ],
      [
        "orders",
        3,
        [
          ["stale", 1],
          ["works", 2],
        ],
      ],
      ["search", 1, [["unknown", 1]]],
      ["kube-system", 3, [["works", 3]]],
      ["amazon-cloudwatch", 1, [["works", 1]]],
      ["cert-manager", 1, [["works", 1]]],
      ["external-dns", 1, [["works", 1]]],
    ]);
  });
});

describe("a page of a list", () => {
  it.each([
    [[], 1, { items: [], first: 0, last: 0, total: 0, number: 1, pages: 1 }],
    [[1, 2, 3], 1, { items: [1, 2], first: 1, last: 2, total: 3, number: 1, pages: 2 }],
    [[1, 2, 3], 2, { items: [3], first: 3, last: 3, total: 3, number: 2, pages: 2 }],
    [[1, 2, 3], 99, { items: [3], first: 3, last: 3, total: 3, number: 2, pages: 2 }],
  ])("of %j, number %i", (all, number, expected) => {
    expect(pageOf(all, number, 2)).toEqual(expected);
  });
});

describe("a name", () => {
  it.each([
    ["api", "api"],
    ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
    ["a\u202Eb", String.raw`a\u202eb`],
    ["zero\u200Bwidth", String.raw`zero\u200bwidth`],
    ["line\u2028end\n", String.raw`line\u2028end\n`],
    ["filler\u3164", String.raw`filler\u3164`],
  ])("%j is shown as %j", (name, shown) => {
    expect(nameText(name)).toBe(shown);
  });

  it("of ten thousand characters is shown by its ends", () => {
    const shown = nameText(`begin${"x".repeat(10_000)}end`);
    expect(shown).toMatch(/^beginx+…x+end$/);
    expect(shown).toHaveLength(301);
  });
});

describe("a namespace as the filter", () => {
  const made = sketch();
  const cluster = made.node("cluster", clusterArn("shop"), "shop", { cluster: clusterArn("shop") });
  for (const namespace of ["a", "b"]) {
    const within = { cluster: clusterArn("shop"), namespace };
    made.node("namespace", `${cluster}/${namespace}`, namespace, within);
    made.node("service-account", `${cluster}/${namespace}/api`, `api-${namespace}`, within);
    made.node("role", `role-${namespace}`, `role-${namespace}`);
    made.edge("contains", cluster, `${cluster}/${namespace}`);
    made.edge("contains", `${cluster}/${namespace}`, `${cluster}/${namespace}/api`);
    made.edge("assumes", `${cluster}/${namespace}/api`, `role-${namespace}`);
    made.edge("attached", `role-${namespace}`, "policy");
  }
  made.node("policy", "policy", "policy");
  made.node("role", "open", "open");
  made.edge("assumes", cluster, "open");
  const index = indexed(shownGraph(made.graph()));

  it("does not draw other namespaces that share a policy", () => {
    const view = { ...WHOLE, namespace: "shop/a" };
    const { nodes } = chainsOf(matchesOf(index, view), 100, scopeOf(index, view));
    expect(labels(nodes).toSorted()).toEqual(["a", "api-a", "open", "policy", "role-a", "shop"]);
  });

  it.each([{ kind: "policy" as const }, { query: "policy" }, { states: ["works" as const] }])(
    "does not with a further filter either: %j",
    (filter) => {
      const view = { ...WHOLE, namespace: "shop/a", ...filter };
      const { nodes } = chainsOf(matchesOf(index, view), 100, scopeOf(index, view));
      expect(labels(nodes)).toContain("policy");
      expect([...nodes].flatMap(({ namespace }) => namespace ?? [])).not.toContain("b");
    },
  );
});

describe("a namespace in the overview", () => {
  it.each<readonly [string, GraphState, GraphState]>([
    ["unused, with a role that others use", "idle", "works"],
    ["unused, with a role that others can assume too", "idle", "dangerous"],
    ["in use", "works", "works"],
  ])("has the state of its detail: %s", (_, state, role) => {
    const made = sketch();
    const within = { cluster: clusterArn("shop"), namespace: "a", state };
    const cluster = made.node("cluster", clusterArn("shop"), "shop", { cluster: clusterArn("shop") });
    const namespace = made.node("namespace", `${cluster}/a`, "a", within);
    const serviceAccount = made.node("service-account", `${cluster}/a/api`, "api", within);
    made.node("role", "role", "role", { state: role });
    made.edge("contains", cluster, namespace);
    made.edge("contains", namespace, serviceAccount);
    made.edge("assumes", serviceAccount, "role", "idle");
    expect(overviewOf(indexed(shownGraph(made.graph())))[0]?.namespaces).toMatchObject([
      { namespace: { state }, states: [[state, 1]] },
    ]);
  });
});
