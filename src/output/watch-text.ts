import { SEVERITIES, type Severity } from "../model/finding.ts";
import { counted } from "../model/counted.ts";
import { linkLabel } from "../verification/links.ts";
import { asOf, isBeforeFirstRead, type SourceName, type SourceStates } from "../watch/source-health.ts";
import type { ChainState, WatchEvent, WatchState } from "../watch/state.ts";
import { tally } from "../watch/tally.ts";
import { line, type Line, type Piece, type Styles } from "./line.ts";

/** What there is, in one line, with the age of what is known. */
export function watchSummary(state: WatchState, now: number): Line {
  if (isBeforeFirstRead(state.sources)) return line`reading IAM and the cluster`;
  const { chains, findings } = tally(state);
  const found = SEVERITIES.flatMap((severity) =>
    findings[severity] === 0 ? [] : [`${findings[severity]} ${severity}`],
  );
  const states = [
    counted(state.chains.size, "ServiceAccount"),
    ...(["works", "broken", "unproven", "unknown"] as const).flatMap((verdict) =>
      chains[verdict] === 0 ? [] : [`${chains[verdict]} ${verdict === "works" ? "working" : verdict}`],
    ),
  ];
  return line`${states.join(", ")} · findings: ${found.join(", ") || "none"} · ${agesText(state.sources, now)}`;
}

/** What can't be read now, a line each. */
export function unknownLines({ sources }: WatchState, color: Styles): Line[] {
  return [...sources].flatMap(([source, { lost }]) =>
    lost === undefined
      ? []
      : [
          line`  ${color.yellow("!")} unknown since ${timeText(lost.since)}: ${SOURCES[source]}: ${lost.failure.message}`,
        ],
  );
}

/** What is not right at the beginning: what does not certainly work, and what was found. */
export function notRightLines({ chains, findings }: WatchState, color: Styles): Line[] {
  return [
    ...[...chains]
      .filter(([, { state }]) => state.verdict !== "works")
      .map(([serviceAccount, { state: to }]) =>
        eventText({ event: "chainChanged", serviceAccount, from: undefined, to }, color),
      ),
    ...[...findings.values()].map(({ finding }) => eventText({ event: "findingAppeared", finding }, color)),
  ];
}

/** Something that appeared or went: when, what, and the age of what it is concluded from. */
export function watchEventLine(event: WatchEvent, { sources }: WatchState, now: number, color: Styles): Line {
  return line`${timedEvent(event, now, color)}  ${color.dim(`(${agesText(sources, now)})`)}`;
}

/** How many events were left out, because the ones before them were not read, and what there is now. */
export function omittedLine(count: number, state: WatchState, now: number): Line {
  return line`${timeText(now)}  ${counted(count, "change")} left out, because the output was not read; now: ${watchSummary(state, now)}`;
}

/** Something that appeared or went, and when. */
export function timedEvent(event: WatchEvent, at: number, color: Styles): Line {
  return line`${timeText(at)}  ${eventText(event, color)}`;
}

/** What appeared or went. */
export function eventText(event: WatchEvent, color: Styles): Line {
  switch (event.event) {
    case "findingAppeared":
      return line`${severityText(event.finding.severity, color)}  ${event.finding.rule}: ${event.finding.message}`;
    case "findingChanged":
      return line`${severityText(event.finding.severity, color)}  severity changed: ${event.finding.rule}: ${event.finding.message}`;
    case "findingResolved":
      return line`${color.green("resolved")}  ${event.finding.rule}: ${event.finding.message}`;
    case "chainChanged":
      return chainText(event, color);
    case "sourceLost":
      return line`${color.yellow("unknown")}  ${SOURCES[event.source]}: ${event.state.lost?.failure.message ?? ""}`;
    case "sourceRestored":
      return line`${color.green("known again")}  ${SOURCES[event.source]}`;
  }
}

type ChainChanged = Extract<WatchEvent, { event: "chainChanged" }>;

function chainText({ serviceAccount, from, to }: ChainChanged, color: Styles): Line {
  if (to === undefined) return line`${color.dim("gone")}  ${serviceAccount}`;
  const was = from === undefined || from.verdict === to.verdict ? "" : ` (was: ${from.verdict})`;
  return line`${verdictText(to, color)}  ${serviceAccount}${reasonText(to)}${was}`;
}

function reasonText({ link, code, message }: ChainState): string {
  if (link === undefined) return "";
  return `: ${linkLabel(link)}: ${message ?? ""}${code === undefined ? "" : ` (${code})`}`;
}

/** A verdict in its color. */
export function verdictText({ verdict }: ChainState, color: Styles): Piece {
  const paint = { works: color.green, broken: color.red, unproven: color.yellow };
  return paint[verdict](verdict);
}

/** A severity in its color. */
export function severityText(severity: Severity, color: Styles): Piece {
  const paint = { critical: color.boldRed, high: color.red, medium: color.yellow, low: color.blue };
  return paint[severity](severity);
}

/** What the sources are called. */
const SOURCES: Readonly<Record<SourceName, string>> = {
  serviceAccounts: "ServiceAccounts",
  pods: "pods",
  nodes: "nodes",
  namespaces: "namespaces",
  webhooks: "the pod identity webhook",
  keys: "the keys of ConfigMaps and Secrets",
  nodeClasses: "node classes",
  iam: "IAM",
  eks: "EKS",
  ec2: "EC2",
  sts: "STS",
  eksAuth: "EKS Auth",
};

function agesText(sources: SourceStates, now: number): string {
  const { cluster, aws } = asOf(sources);
  return `cluster ${ageText(cluster, now)}, AWS ${ageText(aws, now)}`;
}

function ageText(time: number | undefined, now: number): string {
  return time === undefined ? "never read" : `as of ${Math.max(Math.round((now - time) / 1000), 0)} s ago`;
}

function timeText(time: number): string {
  return new Date(time).toISOString().slice(0, 19).concat("Z");
}
