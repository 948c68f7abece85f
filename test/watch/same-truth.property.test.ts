import * as fc from "fast-check";
import { expect, it } from "vitest";
import { observe } from "../../src/audit/observe.ts";
import { reportOf } from "../../src/audit/report.ts";
import { liveFeed } from "../../src/live-page/feed.ts";
import { known } from "../../src/model/known.ts";
import { unpack } from "../../src/page/data/packed-graph.ts";
import type { LiveState } from "../../src/page/data/live.ts";
import { firstBroken } from "../../src/verification/chain.ts";
import { subjectText } from "../../src/verification/subject.ts";
import { listSubjects, verifyChains } from "../../src/verification/verify-many.ts";
import type { World } from "../fakes/world.ts";
import { become, build, WORLDS } from "./broken-shops.ts";
import { valuesOf } from "../metrics/exposition.ts";
import { watchedMetrics, type WatchedMetrics } from "../metrics/watched-metrics.ts";
import { ASKED, POLL_MS, type Watching } from "./watching.ts";

/** After what time a token is exchanged again, and a poll more. */
const PROOF_MS = 3_600_000 + 2 * POLL_MS;

/** What there is, as someone reads it at one of the doors. */
interface Truth {
  readonly findings: readonly string[];
  readonly chains: readonly string[];
}

/** `irsa audit` and `irsa verify --all`, now. */
async function freshly({ aws, kubernetes, cluster }: World, now: number): Promise<Truth> {
  const source = { cluster, eks: aws.eks, ec2: aws.ec2, kubernetes: async () => kubernetes };
  const { findings } = reportOf(await observe(aws, [source], new Date(now)), ASKED);
  const sources = { aws, kubernetes: known(kubernetes), cluster: known(cluster), clusterFlags: [] };
  const { subjects } = await listSubjects(sources, undefined);
  const verified = await verifyChains(subjects, sources, { patienceMs: 0 });
  return {
    findings: findings.map(({ severity, rule, message }) => `${severity} ${rule} ${message}`).toSorted(),
    chains: verified
      .map(
        ({ report }) => `${subjectText(report.subject)} ${report.verdict} ${firstBroken(report)?.code ?? ""}`,
      )
      .toSorted(),
  };
}

/** `irsa watch`. */
function watched({ state }: Watching): Truth {
  const { chains, findings } = state();
  return {
    findings: [...findings.values()]
      .map(({ finding: { severity, rule, message } }) => `${severity} ${rule} ${message}`)
      .toSorted(),
    chains: [...chains]
      .map(
        ([
          path,
          {
            state: { verdict, code = "" },
          },
        ]) => `${path} ${verdict} ${code}`,
      )
      .toSorted(),
  };
}

/** The page of `irsa graph --serve`. */
function onThePage({ cluster }: World, { rounds, clock }: Watching): readonly string[] {
  const feed = liveFeed(cluster.arn, [], clock.now);
  rounds.forEach(feed.take);
  const sent = feed.opening().find(({ event }) => event === "state");
  const { graph } = JSON.parse(sent?.data ?? "") as LiveState;
  return unpack(graph)
    .findings.map(({ severity, rule, message }) => `${severity} ${rule} ${message}`)
    .toSorted();
}

/** How many of each there are, as `irsa watch --metrics` counts them. */
function counted({ findings, chains }: Truth) {
  const count = (words: readonly string[]): Readonly<Record<string, number>> =>
    Object.fromEntries(words.map((word) => [word, words.filter((one) => one === word).length]));
  return {
    findings: count(findings.map((finding) => finding.split(" ").slice(0, 2).toReversed().join(" "))),
    chains: count(chains.map((chain) => chain.split(" ")[1] ?? "")),
  };
}

/** What a page of metrics says, without what there is none of. */
async function onTheMetrics({ page }: WatchedMetrics): Promise<ReturnType<typeof counted>> {
  const text = await page();
  const present = (name: string, pick: (labels: string) => string) =>
    Object.fromEntries(
      Object.entries(valuesOf(text, name)).flatMap(([labels, value]) =>
        value === 0 ? [] : [[pick(labels), value]],
      ),
    );
  return {
    // The third label is whether it is known to be so now; all is, here.
    findings: present("irsa_findings", (labels) => labels.replace(/ known$/, "")),
    chains: present("irsa_serviceaccounts", (labels) => labels),
  };
}

/** Breaks what is there to be broken; what another change took away can't be broken again. */
function breakIn(world: World, at: number): void {
  try {
    WORLDS[at]?.breaks(world);
  } catch {
    // The object that it changes is gone.
  }
}

it("is the same truth by every door, after a thousand random changes", async () => {
  const change = fc.oneof(
    { weight: 4, arbitrary: fc.nat(WORLDS.length - 1) },
    fc.constant("repaired" as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 40, maxLength: 40 }), async (changes) => {
      const world = build({});
      const watch = await watchedMetrics(world);
      for (const [at, one] of changes.entries()) {
        await watch.change(() => {
          if (one === "repaired") become(world, build({}));
          else breakIn(world, one);
        }, POLL_MS + 2_000);
        if (at % 8 !== 7) continue;
        // What no API tells is found when a token is exchanged again.
        await watch.clock.advance(PROOF_MS);
        const fresh = await freshly(world, watch.clock.now());
        expect(watched(watch)).toEqual(fresh);
        expect(onThePage(world, watch)).toEqual(fresh.findings);
        expect(await onTheMetrics(watch)).toEqual(counted(fresh));
      }
      await watch.stop();
    }),
    { numRuns: 25 },
  );
});
