import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { restrictedTo } from "../../src/graph/restrict.ts";
import type { AccessGraph } from "../../src/model/access-graph.ts";
import type { RoleDetails } from "../../src/model/iam-objects.ts";
import { listOf, type PolicyDocument, type Statement } from "../../src/model/trust-policy/document.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { graphTree as graphTreeOf } from "../../src/output/graph-tree.ts";
import { role, serviceAccount, trusting } from "../audit/build.ts";
import { PLAIN, shownText } from "../fakes/shown.ts";
import { ownRole } from "../fakes/values.ts";
import { drawn } from "./scenes.ts";

const graphTree = shownText(graphTreeOf);
const ROOT = "arn:aws:iam::111122223333:root";
const EVERYTHING = trustPolicy([{ Effect: "Allow", Action: "*", Resource: "*" }]);

function trusts(AWS: string, more: Partial<Statement> = {}): PolicyDocument {
  return trustPolicy([{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole", ...more }]);
}

function assumes(Resource: string): Partial<RoleDetails> {
  return { inline: { chain: trustPolicy([{ Effect: "Allow", Action: "sts:AssumeRole", Resource }]) } };
}

const EXTERNAL_ID = { Condition: { StringEquals: { "sts:ExternalId": "x" } } };

/** `shop/cart` has the role `cart`, which leads to an administrator by `deploy`, and to `vendor`. */
const CHAINED = {
  roles: [
    role("cart", trusting("shop/cart")),
    role("deploy", trusts(ROOT)),
    role("root", trusts(ownRole("deploy"))),
    role("vendor", trusts(ownRole("cart"), EXTERNAL_ID)),
    role("people", trusts(ownRole("someone"))),
  ],
  details: {
    cart: assumes(ownRole("deploy")),
    deploy: assumes(ownRole("root")),
    root: { inline: { all: EVERYTHING } },
    vendor: { attached: [] },
  },
  cluster: { serviceAccounts: [serviceAccount("shop/cart", { role: "cart" })] },
};

const between = ({ edges }: AccessGraph) =>
  edges
    .filter(({ from, kind }) => kind === "assumes" && from.includes(":role/"))
    .map(({ from, to, state, facts }) => ({
      roles: [from, to].map((arn) => arn.slice(arn.lastIndexOf("/") + 1)).join(" → "),
      state,
      facts: facts.slice(1),
    }));

describe("roles that can be assumed with those of pods", () => {
  it("are drawn, dangerous where they lead to an administrator", () => {
    const graph = drawn(CHAINED);
    expect(between(graph)).toEqual([
      { roles: "cart → deploy", state: "dangerous", facts: [] },
      { roles: "cart → vendor", state: "unknown", facts: [["only if", "sts:ExternalId"]] },
      { roles: "deploy → root", state: "dangerous", facts: [] },
    ]);
    const states = graph.nodes
      .filter(({ kind }) => kind === "role")
      .map(({ label, state }) => [label, state]);
    expect(states).toEqual([
      ["cart", "dangerous"],
      ["deploy", "dangerous"],
      ["root", "dangerous"],
      ["vendor", "unknown"],
    ]);
    expect(graphTree(graph, { isUtf8: true, color: PLAIN })).toMatchInlineSnapshot(`
      "cluster eks-work-cluster  [dangerous]
      └── namespace shop  [dangerous]
          └── ServiceAccount cart  [dangerous]
              │   ! low no-workload: no pods use shop/cart, which has a role
              └── role cart  [dangerous]  (assumes: dangerous)
                  │   ! critical role-chain-administrator: cart can assume root, which has administrator access
                  ├── role deploy  [dangerous]  (assumes: dangerous)
                  │   ├── role root  [dangerous]  (assumes: dangerous)
                  │   │   └── policy all  [dangerous]  (inline, attached: dangerous)
                  │   │           ! critical role-chain-administrator: cart can assume root, which has administrator access
                  │   └── policy chain  [works]  (inline)
                  ├── role vendor  [unknown]  (assumes: unknown)
                  └── policy chain  [works]  (inline)"
    `);
  });

  it("are not dangerous where the finding is suppressed", () => {
    const accepted = { rule: "role-chain-administrator", subject: "*", reason: "known", until: "2027-01-01" };
    const graph = drawn(CHAINED, { suppressions: [accepted] });
    expect(between(graph).map(({ state }) => state)).toEqual(["idle", "unknown", "idle"]);
    expect(graph.nodes.find(({ label }) => label === "root")?.state).toBe("idle");
  });

  it("are kept in the picture of their namespace, and in no other's", () => {
    const roles = (namespace: string) =>
      restrictedTo([namespace], drawn(CHAINED)).nodes.flatMap(({ kind, label }) =>
        kind === "role" ? [label] : [],
      );
    expect(roles("shop")).toEqual(["cart", "deploy", "root", "vendor"]);
    expect(roles("other")).toEqual([]);
  });

  it("are counted where one role leads to many", () => {
    const many = Array.from({ length: 30 }, (_, at) => role(`many-${at}`, trusts(ROOT)));
    const graph = drawn({
      ...CHAINED,
      roles: [...CHAINED.roles.slice(0, 3), ...many],
      details: { ...CHAINED.details, cart: assumes("*") },
    });
    const steps = between(graph);
    expect(steps.length).toBe(21);
    expect(steps.filter(({ state }) => state === "dangerous").map(({ roles }) => roles)).toEqual([
      "cart → deploy",
      "deploy → root",
    ]);
    expect(graph.nodes.find(({ id }) => id === ownRole("cart"))?.facts).toContainEqual([
      "can assume",
      "11 more roles, which are not drawn",
    ]);
  });
});

const NAMES = ["a", "b", "c", "d", "e"];

describe("a picture of roles that trust each other at random", () => {
  it("has edges between roles that pods lead to alone, each once, and ends in spite of circles", () => {
    const one = fc.record({
      isOfPods: fc.boolean(),
      trusted: fc.array(fc.constantFrom(...NAMES, "*"), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 5, maxLength: 5 }), (all) => {
        const roles = all.map(({ isOfPods, trusted }, at) => {
          const documents = [
            ...trusted.map((name) => trusts(name === "*" ? name : ownRole(name))),
            ...(isOfPods ? [trusting("shop/cart")] : []),
          ];
          const statements = documents.flatMap(({ Statement: own }) => listOf(own));
          return role(NAMES[at] ?? "", trustPolicy(statements));
        });
        const details = Object.fromEntries(NAMES.map((name) => [name, {}]));
        const graph = drawn({ ...CHAINED, roles, details });
        const steps = between(graph).map(({ roles: step }) => step);
        expect(new Set(steps).size).toBe(steps.length);
        const reached = new Set(NAMES.filter((_, at) => all[at]?.isOfPods));
        for (let hop = 0; hop < NAMES.length; hop += 1)
          for (const step of steps) {
            const [from = "", to = ""] = step.split(" → ");
            if (reached.has(from)) reached.add(to);
          }
        expect(steps.filter((step) => !reached.has(step.split(" ")[0] ?? ""))).toEqual([]);
        expect(graphTree(graph, { isUtf8: true, color: PLAIN })).toContain("cluster ");
      }),
    );
  });
});
