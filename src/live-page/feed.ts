import { graphOf } from "../graph/graph-of.ts";
import { restrictedTo } from "../graph/restrict.ts";
import type { AccessGraph } from "../model/access-graph.ts";
import { clusterRef, type ClusterArn } from "../model/arn.ts";
import { livePage, shownGraph } from "../output/graph-html.ts";
import { jsonText } from "../output/json.ts";
import { stylesOf } from "../output/line.ts";
import { eventText, unknownLines } from "../output/watch-text.ts";
import type { LiveChange, LivePulse, LiveState } from "../page/data/live.ts";
import { pack } from "../page/data/packed-graph.ts";
import { asOf } from "../watch/source-health.ts";
import type { WatchEvent } from "../watch/state.ts";
import type { Round } from "../watch/watch-cluster.ts";

/** One line of JSON, and what it is. */
export interface LiveMessage {
  readonly event: "state" | "pulse";
  readonly data: string;
}

/** What pages are sent: made of the rounds of a watch. */
export interface LiveFeed {
  /** Takes a round. @returns what is news to pages that listen */
  readonly take: (round: Round) => readonly LiveMessage[];
  /** The page as it is now; `undefined` as long as nothing was read. */
  readonly page: () => string | undefined;
  /** What a page that begins to listen does not have. */
  readonly opening: () => readonly LiveMessage[];
  /** How old what is known is; what was never read is `undefined`. */
  readonly pulse: () => LiveMessage | undefined;
}

/** So many changes are shown. */
const MOST_CHANGES = 200;

const PLAIN = stylesOf(0);

/**
 * Pages of one cluster.
 * @param namespaces those that are shown; empty for all
 */
export function liveFeed(cluster: ClusterArn, namespaces: readonly string[], now: () => number): LiveFeed {
  let latest: { readonly round: Round; readonly graph: AccessGraph } | undefined;
  let changes: readonly LiveChange[] = [];
  const state = (): readonly LiveMessage[] => {
    if (latest === undefined) return [];
    const data: LiveState = { graph: pack(shownGraph(latest.graph)), changes };
    return [{ event: "state", data: jsonText(data, 0) }];
  };
  const pulse = (): LiveMessage | undefined => {
    if (latest === undefined) return undefined;
    const { state: known } = latest.round;
    const { cluster: ofCluster, aws } = asOf(known.sources);
    const data: LivePulse = {
      cluster: secondsSince(ofCluster, now()),
      aws: secondsSince(aws, now()),
      unknown: unknownLines(known, PLAIN).map(String),
    };
    return { event: "pulse", data: jsonText(data, 0) };
  };
  return {
    take: (round) => {
      const at = new Date(now());
      const fresh = round.events.map((event) => liveChange(event, cluster, at)).toReversed();
      const isOther = latest?.round.observed !== round.observed;
      const graph =
        latest === undefined || isOther
          ? restrictedTo(namespaces, graphOf(round.observed, round.report))
          : latest.graph;
      latest = { round, graph };
      changes = [...fresh, ...changes].slice(0, MOST_CHANGES);
      const news = isOther || fresh.length > 0 ? state() : [];
      return [...news, ...present(pulse())];
    },
    page: () => latest && String(livePage(latest.graph)),
    opening: () => [...state(), ...present(pulse())],
    pulse,
  };
}

function present(message: LiveMessage | undefined): readonly LiveMessage[] {
  return message === undefined ? [] : [message];
}

function secondsSince(time: number | undefined, now: number): number | null {
  return time === undefined ? null : Math.max(0, Math.round((now - time) / 1000));
}

/** Something that happened, as the page tells it. */
function liveChange(event: WatchEvent, cluster: ClusterArn, at: Date): LiveChange {
  const node = nodeOf(event, cluster);
  return {
    at: at.toISOString(),
    text: String(eventText(event, PLAIN)),
    tone: toneOf(event),
    ...(node !== undefined && { node }),
  };
}

const TONES = { works: "better", broken: "worse", unproven: "unknown", gone: "gone" } as const;

function toneOf(event: WatchEvent): LiveChange["tone"] {
  switch (event.event) {
    case "findingAppeared":
    case "findingChanged":
      return "worse";
    case "findingResolved":
    case "sourceRestored":
      return "better";
    case "sourceLost":
      return "unknown";
    case "chainChanged":
      return TONES[event.to?.verdict ?? "gone"];
  }
}

/** As the graph calls it: a ServiceAccount by its cluster and path, a role by its ARN. */
function nodeOf(event: WatchEvent, cluster: ClusterArn): string | undefined {
  if (event.event === "chainChanged") return `${clusterRef(cluster).arn}/${event.serviceAccount}`;
  return "finding" in event ? event.finding.subject.id : undefined;
}
