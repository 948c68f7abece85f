import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { AccessGraph, GraphEdge, GraphNode } from "../../src/model/access-graph.ts";
import { graphTree as graphTreeOf } from "../../src/output/graph-tree.ts";
import { stylesOf } from "../../src/output/line.ts";
import { PLAIN, shownText } from "../fakes/shown.ts";
import { fullWorld } from "./full-world.ts";
import { drawn } from "./scenes.ts";

const graphTree = shownText(graphTreeOf);
const tree = (graph: AccessGraph, isUtf8 = true): string => graphTree(graph, { isUtf8, color: PLAIN });

describe("a tree", () => {
  it("has namespaces, workloads, ServiceAccounts, roles and policies below each other, with states and findings", () => {
    expect(tree(drawn(fullWorld()))).toMatchInlineSnapshot(`
      "cluster eks-work-cluster  [dangerous]
      ├── namespace pay  [dangerous]
      │   ├── statefulset/vpc  [unknown]
      │   │   └── ServiceAccount vpc  [unknown]
      │   │       └── role v  [unknown]  (assumes: unknown)
      │   │           └── policy AmazonS3ReadOnlyAccess  [works]
      │   ├── ServiceAccount default  [dangerous]
      │   │   │   ! low no-workload: no pods use pay/default, which has a role
      │   │   └── role admin  [dangerous]  (assumes: dangerous)
      │   │       │   ! critical administrator: admin has administrator access, and pods can assume it
      │   │       │   ! high sub-missing: every ServiceAccount in eks-work-cluster can assume admin
      │   │       └── policy all  [dangerous]  (inline, attached: dangerous)
      │   │               ! critical administrator: admin has administrator access, and pods can assume it
      │   ├── ServiceAccount worker  [idle]
      │   │   └── role p  [works]
      │   │           ! low pod-identity-any-cluster: p trusts EKS Pod Identity for pods of any AWS account
      │   │           ! low role-unused: p was last used on 2026-01-01
      │   └── role wide  [idle]  (assumes: idle)
      │           ! medium aud-missing: wide allows tokens of eks-work-cluster with any audience
      │           ! low never-annotated: wide allows pay/default, pay/vpc, pay/worker, but no ServiceAccount is annotated with it
      │           ! low sub-wildcard: wide allows any ServiceAccount that matches system:serviceaccount:pay:*
      ├── namespace shop  [broken]
      │   ├── daemonset/lost  [broken]
      │   │   │   ! high account-gone: 1 pod with a role uses ServiceAccount shop/lost, which does not exist in eks-work-cluster
      │   │   └── ServiceAccount lost  [broken]  (runs as: broken)
      │   │           ! high account-gone: 1 pod with a role uses ServiceAccount shop/lost, which does not exist in eks-work-cluster
      │   ├── deployment/cart  [stale]
      │   │   │   ! medium stale-pods: 1 pod of shop/cart runs without its role
      │   │   └── ServiceAccount cart  [stale]  (runs as: stale)
      │   │       │   ! medium stale-pods: 1 pod of shop/cart runs without its role
      │   │       │   ! medium static-keys: pods of shop/cart have static access keys, which take precedence over its role
      │   │       └── role r  [works]
      │   │           ├── policy limit  [works]  (permissions boundary)
      │   │           ├── policy queue  [works]  (inline)
      │   │           └── policy AmazonS3ReadOnlyAccess  [works]
      │   ├── pod/batch  [stale]
      │   │   │   ! medium static-keys: pods of shop/cart have static access keys, which take precedence over its role
      │   │   └── ServiceAccount cart  [stale]  (shown above)
      │   └── ServiceAccount web  [broken]
      │       │   ! high role-gone: shop/web is annotated with a role that does not exist
      │       │   ! low no-workload: no pods use shop/web, which has a role
      │       └── role gone  [broken]  (assumes: broken)
      │               ! high role-gone: shop/web is annotated with a role that does not exist
      └── role admin  [dangerous]  (assumes: dangerous)  (shown above)
      cluster green  [broken]
      │   ! high provider-missing: green has no IAM OIDC provider
      └── namespace shop  [broken]
          └── ServiceAccount cart  [broken]
              │   ! high annotation-refused: shop/cart is annotated with a role whose trust policy does not allow it
              └── role r  [works]  (assumes: broken)  (shown above)
                      ! high annotation-refused: shop/cart is annotated with a role whose trust policy does not allow it"
    `);
  });

  it("is the same in ASCII", () => {
    const text = tree(drawn(fullWorld()), false);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    const boxed = text.replaceAll("|-- ", "├── ").replaceAll("`-- ", "└── ").replaceAll("|   ", "│   ");
    expect(boxed).toBe(tree(drawn(fullWorld())));
  });

  it("colors states, and says the same", () => {
    const colored = graphTree(drawn(fullWorld()), { isUtf8: true, color: stylesOf(1) });
    expect(colored).toContain("\u001B[31m[broken]");
    expect(stripVTControlCharacters(colored)).toBe(tree(drawn(fullWorld())));
  });

  it("of nothing is empty", () => {
    const empty = { awsAccount: "1", observedAt: "", nodes: [], edges: [], findings: [], notRead: [] };
    expect(tree(empty)).toBe("");
  });
});

describe("nodes in a circle, which no picture has", () => {
  const node = (id: string): GraphNode => ({
    id,
    kind: "role",
    label: id,
    state: "works",
    facts: [],
    findings: [],
  });
  const edge = (from: string, to: string): GraphEdge => {
    return { from, to, kind: "assumes", state: "works", facts: [], findings: [] };
  };

  it("are drawn nevertheless, each once", () => {
    const graph: AccessGraph = {
      awsAccount: "1",
      observedAt: "",
      nodes: ["a", "b", "self"].map(node),
      edges: [edge("a", "b"), edge("b", "a"), edge("self", "self"), edge("a", "not there")],
      findings: [],
      notRead: [],
    };
    expect(tree(graph)).toMatchInlineSnapshot(`
      "role self  [works]
      └── role self  [works]  (shown above)
      role a  [works]
      └── role b  [works]
          └── role a  [works]  (shown above)"
    `);
  });
});
