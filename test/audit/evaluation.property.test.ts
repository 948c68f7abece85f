import * as fc from "fast-check";
import { expect, it } from "vitest";
import { evaluate, evaluateAgain } from "../../src/audit/evaluation.ts";
import type { AuditedCluster } from "../../src/audit/inventory.ts";
import { reportOn } from "../../src/audit/report.ts";
import { graphOf } from "../../src/graph/graph-of.ts";
import { known, listed } from "../../src/model/known.ts";
import type { PodSummary } from "../../src/model/kubernetes-objects.ts";
import { ownRole } from "../fakes/values.ts";
import { arbitraryPods, arbitraryWorld } from "../graph/arbitrary-world.ts";
import { ASKED, observedOf, type Given } from "../graph/scenes.ts";
import { audited, NOW } from "./build.ts";

/** Nodes whose role pods can get, and one whose role those with its network can. */
const { nodes: NODES } = audited({
  nodes: ["node-1", "node-2"].map((name, at) => ({
    name,
    labels: { "eks.amazonaws.com/nodegroup": `workers-${at}` },
    providerId: `aws:///ap-northeast-2a/i-${at}`,
  })),
  instances: ["r", "s"].map((role, at) => ({
    id: `i-${at}`,
    profileArn: `arn:aws:iam::111122223333:instance-profile/${role}`,
    metadata: { isEnabled: true, requiresToken: true, hopLimit: 2 - at },
  })),
  groups: [0, 1].map((at) => ({ name: `workers-${at}`, roleArn: ownRole("t") })),
});

/** Of the pods that there are some go, and others come. */
const step = fc.record({
  stays: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  come: arbitraryPods,
});

const withClusters = (world: Given, change: (one: AuditedCluster, at: number) => AuditedCluster): Given => ({
  ...world,
  inventory: { ...world.inventory, clusters: world.inventory?.clusters?.map(change) ?? [] },
});

it("finds with other pods what an evaluation of everything finds, however often they change", () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(arbitraryWorld, steps, (given, changes) => {
      const world = withClusters(given, (one) => ({ ...one, nodes: NODES }));
      let evaluation = evaluate(observedOf(world), ASKED);
      for (const [number, { stays, come }] of changes.entries()) {
        const { clusters } = evaluation.observed.inventory;
        const came = come.map((one, at): PodSummary => ({ ...one, name: `pod-${number}-${at}` }));
        const pods = clusters.map((cluster) => [
          ...listed(cluster.pods).filter((_, at) => stays[at % stays.length]),
          ...came,
        ]);
        const podsOf = (cluster: AuditedCluster) => pods[clusters.indexOf(cluster)] ?? [];
        evaluation = evaluateAgain(evaluation, podsOf, NOW, ASKED);
        const fresh = observedOf(withClusters(world, (one, at) => ({ ...one, pods: known(pods[at] ?? []) })));
        const report = reportOn(evaluate(fresh, ASKED), ASKED);
        expect(reportOn(evaluation, ASKED)).toEqual(report);
        expect(graphOf(evaluation.observed, report)).toEqual(graphOf(fresh, report));
      }
    }),
    { numRuns: 300 },
  );
});
