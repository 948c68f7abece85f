import type { Observed } from "../audit/observe.ts";
import type { Asked } from "../audit/report.ts";
import type { AwsPort } from "../aws/port.ts";
import type { KubernetesPort, WatchPort } from "../kubernetes/port.ts";
import type { AuditReport } from "../model/audit-report.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { NamespaceName } from "../model/service-account-ref.ts";
import type { AwsAccountFacts } from "./aws-account.ts";
import { aBell } from "./bell.ts";
import { chainsOf } from "./chains.ts";
import { noChanges } from "./changes.ts";
import { isWithin, type WatchClock } from "./clock.ts";
import { followKind } from "./follow.ts";
import { keptReads } from "./kept-reads.ts";
import { liveAudit } from "./live-audit.ts";
import { isAlwaysRead, liveAws, type Record } from "./live-aws.ts";
import { liveKubernetes } from "./live-kubernetes.ts";
import { mirrorOf, WATCHED_KINDS } from "./mirror.ts";
import { lostSources, sourceHealth, type SourceStates } from "./source-health.ts";
import { eventsBetween, NOTHING, settled, type WatchEvent, type WatchState } from "./state.ts";

/** What is watched. */
export interface WatchSources {
  readonly aws: AwsPort;
  readonly kubernetes: KubernetesPort;
  readonly watches: WatchPort;
  readonly cluster: ClusterWithIssuer;
  readonly clusterFlags: readonly string[];
}

/** How it is watched, and who is told. */
export interface WatchOptions {
  readonly asked: Asked;
  readonly namespaces: readonly NamespaceName[];
  /** How often AWS is polled, in milliseconds. */
  readonly pollMs: number;
  /** How long STS may need to learn of a change, in milliseconds. */
  readonly patienceMs: number;
  readonly clock: WatchClock;
  readonly signal: AbortSignal;
  /** What there is to begin with, and then what has changed. */
  readonly onRound: (round: Round) => void;
  /** Reads the quotas of the AWS account too: a call at each poll. */
  readonly withQuotas?: boolean;
  /** Told before anything is read how to ask at any time which sources can be read. */
  readonly onStart?: (sources: () => SourceStates) => void;
}

/** One evaluation of the snapshot. */
export interface Round {
  readonly state: WatchState;
  /** What is different from the round before; none of the first round. */
  readonly events: readonly WatchEvent[];
  readonly isFirst: boolean;
  /** What the latest audit has read, and found. */
  readonly observed: Observed;
  readonly report: AuditReport;
  readonly awsAccount: AwsAccountFacts;
  /** How long it took. */
  readonly milliseconds: number;
}

/** Changes that come together are evaluated together. */
const SETTLE_MS = 200;
/** The part of the time that evaluations may take. */
const DUTY = 0.25;
/** After an evaluation there is a rest, in which changes gather; a long one may mostly have been waiting for AWS. */
const REST_MS = { least: 1_000, most: 3_000 };
/** After what time a token is exchanged again. */
const PROOF_MS = 3_600_000;

/** Watches a cluster and its AWS account until the signal. */
export async function watchCluster(sources: WatchSources, options: WatchOptions): Promise<void> {
  const { clock, signal, pollMs, onRound } = options;
  const bell = aBell();
  const { following, refresh, evaluate } = snapshotOf(sources, options, bell.ring);
  let state = NOTHING;
  let restUntil = 0;
  let confirmedAt = 0;
  const round = async (isPolled: boolean, isFirst = false): Promise<void> => {
    const begun = clock.now();
    bell.silence();
    const observe = async (isFresh: boolean) => {
      const evaluated = await evaluate(isFresh, lostSources(state.sources));
      return { ...evaluated, state: settled(state, evaluated) };
    };
    let next = await observe(isPolled);
    const isConfirmed = isPolled || isFirst || isWithin(pollMs, confirmedAt, begun);
    if (!isConfirmed && eventsBetween(state, next.state).some(isWorse)) {
      // What looks broken may be a change in AWS that was made together with the one in the cluster.
      confirmedAt = begun;
      await refresh();
      next = await observe(true);
    }
    const events = isFirst ? [] : eventsBetween(state, next.state);
    const { observed, report, awsAccount } = next;
    ({ state } = next);
    const milliseconds = clock.now() - begun;
    onRound({ state, events, isFirst, observed, report, awsAccount, milliseconds });
    // What is made of a round takes its time, too.
    const rest = Math.min(pauseAfter(clock.now() - begun), REST_MS.most);
    restUntil = clock.now() + Math.max(rest, REST_MS.least);
  };
  const run = async (begun: Promise<void>): Promise<void> => {
    await begun;
    await round(false, true);
    let pollAt = clock.now() + pollMs;
    while (!signal.aborted) {
      const waitedFrom = clock.now();
      await firstOf(clock, pollAt - clock.now(), bell.rung(), signal);
      if (signal.aborted) return;
      const begun = clock.now();
      // A clock that is set back must not put off the next poll.
      const isPolled = begun >= pollAt || begun < waitedFrom;
      if (isPolled) await refresh();
      else {
        const pause = Math.max(SETTLE_MS, restUntil - clock.now());
        await clock.sleep(Math.min(pause, pollAt - clock.now()), signal);
      }
      if (isPolled) pollAt = clock.now() + pollMs;
      await round(isPolled);
      // What there is to try again may take longer than an interval.
      if (isPolled) pollAt = Math.max(pollAt, clock.now() + pauseAfter(clock.now() - begun));
    }
  };
  const begins: Promise<void>[] = [];
  const follows = WATCHED_KINDS.map(
    (kind) =>
      new Promise<void>((ended, failed) => {
        begins.push(
          new Promise((begun) => {
            followKind(kind, following, begun).then(ended, failed);
          }),
        );
      }),
  );
  // What fails in one of them is a bug, and ends all.
  await Promise.race([run(Promise.all(begins).then(() => undefined)), Promise.all(follows)]);
}

function snapshotOf(
  { aws, kubernetes, watches, cluster, clusterFlags }: WatchSources,
  { asked, namespaces, patienceMs, clock, signal, withQuotas, onStart }: WatchOptions,
  changed: () => void,
) {
  const changes = noChanges();
  const health = sourceHealth(clock.now, changed);
  onStart?.(health.states);
  const mirror = mirrorOf(changes);
  const kept = keptReads(changes, health, clock.now);
  const ports = {
    aws: (record: Record) => liveAws({ aws, kept, health }, record),
    kubernetes: (record: Record) => liveKubernetes({ api: kubernetes, mirror, kept }, record),
  };
  const chains = chainsOf({
    ports,
    cluster,
    clusterFlags,
    changes,
    now: clock.now,
    signal,
    patienceMs,
    proofMs: PROOF_MS,
  });
  const audit = liveAudit(ports, cluster, asked, changes, clock.now, withQuotas);
  let hadGaps = false;
  return {
    following: { watches, mirror, health, clock, signal, changed },
    refresh: async () => {
      const [ofChains, ofAudit] = [chains.usedKeys(), audit.usedKeys()];
      await kept.refresh((key) => isAlwaysRead(key) || ofAudit.has(key) || ofChains.has(key));
    },
    /** @param wereLost the sources that could not be read in the round before */
    evaluate: async (isPolled: boolean, wereLost: ReadonlySet<string>) => {
      const checked = await chains.check(namespaces, isPolled);
      const lost = lostSources(health.states());
      const isOther = lost.size !== wereLost.size || [...lost].some((name) => !wereLost.has(name));
      const { observed, report, gaps, awsAccount } = await audit.check(isOther || (isPolled && hadGaps));
      hadGaps = gaps.length > 0;
      const { findings } = report;
      return { observed, report, findings, gaps, awsAccount, chains: checked, sources: health.states() };
    },
  };
}

/** How long to wait after so many milliseconds of work. */
function pauseAfter(milliseconds: number): number {
  return milliseconds / DUTY - milliseconds;
}

function isWorse(event: WatchEvent): boolean {
  if (event.event === "chainChanged") return event.to !== undefined && event.to.verdict !== "works";
  return event.event === "findingAppeared";
}

/** Waits for the bell, or so long. */
async function firstOf(
  clock: WatchClock,
  milliseconds: number,
  rung: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  signal.addEventListener("abort", end);
  await Promise.race([rung, clock.sleep(Math.max(milliseconds, 0), over.signal)]);
  signal.removeEventListener("abort", end);
  end();
}
