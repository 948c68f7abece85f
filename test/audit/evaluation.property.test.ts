import * as fc from "fast-check";
import { expect, it } from "vitest";
import { RULES } from "../../src/audit/all-rules.ts";
import { evaluate, evaluateAgain } from "../../src/audit/evaluation.ts";
import type { AuditedCluster } from "../../src/audit/inventory.ts";
import { reportOn } from "../../src/audit/report.ts";
import { IGNORE_ANNOTATION } from "../../src/audit/suppression.ts";
import { graphOf } from "../../src/graph/graph-of.ts";
import { known, listed, mapKnown } from "../../src/model/known.ts";
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

const HOUR_MS = 3_600_000;
const ofPods = RULES.filter(({ pods }) => pods !== undefined).map(({ code }) => code);
/** Some hours before the first evaluation, or after it. */
const hours = fc.integer({ min: -8, max: 8 });
const at = (hour: number): Date => new Date(NOW.getTime() + hour * HOUR_MS);

/** What of ServiceAccounts and associations is about the time: until when findings are accepted, and since when pods are stale. */
function aged(one: AuditedCluster, changedAt: Date, until: string, ignored: string): AuditedCluster {
  const accepted = { [IGNORE_ANNOTATION]: `${ignored}=known until ${until}` };
  return {
    ...one,
    nodes: NODES,
    associations: mapKnown(one.associations, (all) =>
      all.map((association) => ({ ...association, createdAt: at(-9), modifiedAt: changedAt })),
    ),
    serviceAccounts: mapKnown(one.serviceAccounts, (all) =>
      all.map((found, number) =>
        number % 2 === 0 ? found : { ...found, annotations: { ...found.annotations, ...accepted } },
      ),
    ),
  };
}

it("finds of ServiceAccounts whose pods change what is so by then, and accepts no longer what was accepted until then", () => {
  const until = fc.constantFrom("2026-11-23", "2026-11-24", "2026-11-25");
  const given = fc.tuple(arbitraryWorld, hours, until, fc.constantFrom(...ofPods));
  fc.assert(
    fc.property(given, arbitraryPods, fc.array(hours, { maxLength: 12 }), hours, (of, come, ages, later) => {
      const [written, changed, day, ignored] = of;
      const world = withClusters(written, (one) => aged(one, at(changed), day, ignored));
      const asked = { ...ASKED, rules: ofPods };
      const now = at(Math.max(0, later) * 3);
      const madeAt = (index: number): Date => at(ages[index % Math.max(1, ages.length)] ?? 0);
      const pods = come.map((one, index): PodSummary => ({
        ...one,
        name: `pod-${index}`,
        createdAt: madeAt(index).toISOString(),
      }));
      const before = evaluate(observedOf(world), asked);
      const again = evaluateAgain(before, () => pods, now, asked);
      const { inventory } = withClusters(world, (one) => ({ ...one, pods: known(pods) }));
      const fresh = evaluate(observedOf({ ...world, inventory: { ...inventory, now } }), asked);
      expect(reportOn(again, asked)).toEqual(reportOn(fresh, asked));
    }),
    { numRuns: 300 },
  );
});
