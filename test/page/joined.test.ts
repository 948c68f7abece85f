import { describe, expect, it } from "vitest";
import { shownGraph } from "../../src/output/graph-html.ts";
import { awsAccountOf, indexed } from "../../src/page/data/graph-index.ts";
import { accountsOf } from "../../src/page/data/overview.ts";
import { pack, unpack } from "../../src/page/data/packed-graph.ts";
import { placeText } from "../../src/page/data/words.ts";
import { joinedFleet } from "./joined-fleet.ts";
import { sampleFleet } from "./sample-fleet.ts";

const index = indexed(unpack(pack(shownGraph(joinedFleet(6, 2)))));

describe("a page of several AWS accounts", () => {
  it("has them by state, and their clusters, with what is in these", () => {
    const found = accountsOf(index).map(({ account, clusters }) => [
      account.label,
      account.state,
      clusters.map(({ cluster, namespaces, serviceAccounts, states }) =>
        [cluster.label, cluster.state, namespaces, serviceAccounts, ...states.flat()].join(" "),
      ),
    ]);
    expect(found).toEqual([
      ["team-4", "broken", ["eks-1 broken 1 1 broken 1", "eks-0 works 1 1 works 1"]],
      ["team-5", "broken", ["eks-0 broken 1 1 broken 1", "eks-1 works 1 1 works 1"]],
      ["team-2", "stale", ["eks-1 stale 1 1 stale 1", "eks-0 works 1 1 works 1"]],
      ["team-3", "stale", ["eks-0 stale 1 1 stale 1", "eks-1 works 1 1 works 1"]],
      ["vault", "unknown", []],
      ["hub", "works", ["eks-0 works 1 1 works 1", "eks-1 works 1 1 works 1"]],
      ["team-1", "works", ["eks-0 works 1 1 works 1", "eks-1 works 1 1 works 1"]],
    ]);
  });

  it("tells clusters of the same name apart", () => {
    const namespaces = index.nodes.filter(({ kind }) => kind === "namespace");
    expect(new Set(namespaces.map(placeText)).size).toBe(12);
    expect(namespaces.map(placeText)).toContain("eks-1 (100000000004, eu-west-1)");
  });

  it("has the AWS account of a role that is assumed from another", () => {
    const role = index.nodes.find(({ label }) => label === "lake-reader");
    expect(role && awsAccountOf(role)).toBe("100000000000 (hub)");
  });
});

it("a page of one AWS account has none to begin with", () => {
  expect(accountsOf(indexed(shownGraph(sampleFleet())))).toEqual([]);
});
