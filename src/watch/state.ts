import type { ReportedFinding } from "../model/audit-report.ts";
import { firstBroken, type ChainReport, type Verdict } from "../verification/chain.ts";
import type { LinkName } from "../verification/links.ts";
import type { FindingCode } from "../verification/rows.ts";
import { lostSources, type SourceState, type SourceName, type SourceStates } from "./source-health.ts";

/** What a chain's state is: the same state has the same event only once. */
export interface ChainState {
  readonly verdict: Verdict;
  /** The first broken link, and why. */
  readonly link?: LinkName;
  readonly code?: FindingCode;
  readonly message?: string;
}

/** A chain as it was last checked, and what it was read from. */
export interface EvaluatedChain {
  readonly report: ChainReport;
  readonly provedAt?: number | undefined;
  readonly sources?: Iterable<SourceName>;
}

/** What was evaluated in one round. */
export interface Evaluated {
  readonly findings: readonly ReportedFinding[];
  /** What the audit could not read. */
  readonly gaps: readonly string[];
  /** By path; `undefined` if it is unknown which there are. */
  readonly chains: ReadonlyMap<string, EvaluatedChain> | undefined;
  readonly sources: SourceStates;
}

/** A finding that is shown, as of when it was last known. */
export interface HeldFinding {
  readonly finding: ReportedFinding;
  readonly gaps: readonly string[];
  /** Set while it is unknown whether it is still so. */
  readonly isUnknown: boolean;
}

/** A chain that is shown, as of when it was last known. */
export interface HeldChain {
  readonly state: ChainState;
  readonly report: ChainReport;
  readonly unknownLinks: readonly LinkName[];
  readonly isUnknown: boolean;
  readonly provedAt: number | undefined;
}

/** What is known of an AWS account and a cluster. */
export interface WatchState {
  /** By fingerprint. */
  readonly findings: ReadonlyMap<string, HeldFinding>;
  /** By path of the ServiceAccount. */
  readonly chains: ReadonlyMap<string, HeldChain>;
  readonly sources: SourceStates;
}

/** Something that appeared or went. */
export type WatchEvent =
  | {
      readonly event: "findingAppeared" | "findingChanged" | "findingResolved";
      readonly finding: ReportedFinding;
    }
  | {
      readonly event: "chainChanged";
      readonly serviceAccount: string;
      /** `undefined` for a chain that is new. */
      readonly from: ChainState | undefined;
      /** `undefined` for a chain that is gone. */
      readonly to: ChainState | undefined;
    }
  | {
      readonly event: "sourceLost" | "sourceRestored";
      readonly source: SourceName;
      readonly state: SourceState;
    };

/** Nothing is known yet. */
export const NOTHING: WatchState = { findings: new Map(), chains: new Map(), sources: new Map() };

/**
 * What is known after a round. What is gone from it is gone only if everything could be read that could when it was there; what
 * can't be told now stays, marked as unknown. Pure.
 */
export function settled(before: WatchState, now: Evaluated): WatchState {
  return { findings: findingsAfter(before, now), chains: chainsAfter(before, now), sources: now.sources };
}

function findingsAfter(
  { findings }: WatchState,
  { findings: found, gaps }: Evaluated,
): WatchState["findings"] {
  if (isHeld(findings, found, gaps)) return findings;
  const present = found.map((finding): [string, HeldFinding] => [
    finding.fingerprint,
    { finding, gaps, isUnknown: false },
  ]);
  const after = new Map(present);
  for (const [fingerprint, held] of findings)
    if (!after.has(fingerprint) && gaps.some((gap) => !held.gaps.includes(gap)))
      after.set(fingerprint, { ...held, isUnknown: true });
  return after;
}

/** Whether an audit that was not made again is held as it is. */
function isHeld(
  findings: WatchState["findings"],
  found: Evaluated["findings"],
  gaps: Evaluated["gaps"],
): boolean {
  if (findings.size !== found.length) return false;
  return found.every((finding) => {
    const held = findings.get(finding.fingerprint);
    return held?.finding === finding && held.gaps === gaps && !held.isUnknown;
  });
}

function chainsAfter({ chains }: WatchState, { chains: checked, sources }: Evaluated): WatchState["chains"] {
  const lost = lostSources(sources);
  if (checked === undefined)
    return new Map([...chains].map(([path, held]) => [path, { ...held, isUnknown: true }]));
  return new Map(
    [...checked].map(([path, { report, provedAt, sources: from = [] }]) => {
      const held = chains.get(path);
      const isFromLost = lost.size > 0 && [...from].some((name) => lost.has(name));
      if (held?.report === report && held.isUnknown === isFromLost) return [path, held];
      const unknownLinks = report.links.filter(({ status }) => status === "UNKNOWN").map(({ link }) => link);
      // What is broken is so with less knowledge too; but of what was broken before, another reason is then no news.
      const isLess =
        held !== undefined &&
        isFromLost &&
        (report.verdict === "unproven" || (report.verdict === "broken" && held.state.verdict === "broken")) &&
        unknownLinks.some((link) => !held.unknownLinks.includes(link));
      const is: HeldChain = isLess
        ? { ...held, isUnknown: true }
        : {
            state: stateOf(report),
            report,
            unknownLinks,
            isUnknown: isFromLost,
            provedAt,
          };
      return [path, is];
    }),
  );
}

function stateOf(report: ChainReport): ChainState {
  const { verdict } = report;
  const broken = verdict === "broken" ? firstBroken(report) : undefined;
  if (broken === undefined) return { verdict };
  const { link, code, message } = broken;
  return { verdict, link, code, message };
}

/** What happened between two states, in the order in which it is told. Pure. */
export function eventsBetween(before: WatchState, after: WatchState): readonly WatchEvent[] {
  return [
    ...sourceEvents(before.sources, after.sources),
    ...chainEvents(before.chains, after.chains),
    ...findingEvents(before.findings, after.findings),
  ];
}

function sourceEvents(before: SourceStates, after: SourceStates): readonly WatchEvent[] {
  return [...after].flatMap(([source, state]): readonly WatchEvent[] => {
    const was = before.get(source)?.lost !== undefined;
    const is = state.lost !== undefined;
    if (was === is) return [];
    return [{ event: is ? "sourceLost" : "sourceRestored", source, state }];
  });
}

function chainEvents(before: WatchState["chains"], after: WatchState["chains"]): readonly WatchEvent[] {
  // Those that were not checked again are held as they were.
  const touched = [...after].filter(([path, held]) => before.get(path) !== held).map(([path]) => path);
  const gone = [...before.keys()].filter((path) => !after.has(path));
  return [...touched, ...gone].toSorted().flatMap((serviceAccount): readonly WatchEvent[] => {
    const from = before.get(serviceAccount)?.state;
    const to = after.get(serviceAccount)?.state;
    return isSameState(from, to) ? [] : [{ event: "chainChanged", serviceAccount, from, to }];
  });
}

/** Its message may have other numbers in it. */
function isSameState(one: ChainState | undefined, other: ChainState | undefined): boolean {
  return one?.verdict === other?.verdict && one?.link === other?.link && one?.code === other?.code;
}

function findingEvents(before: WatchState["findings"], after: WatchState["findings"]): readonly WatchEvent[] {
  if (before === after) return [];
  const appeared = [...after].flatMap(([fingerprint, { finding }]): readonly WatchEvent[] => {
    const was = before.get(fingerprint)?.finding;
    if (was === undefined) return [{ event: "findingAppeared", finding }];
    return was.severity === finding.severity ? [] : [{ event: "findingChanged", finding }];
  });
  const resolved = [...before].flatMap(([fingerprint, { finding }]): readonly WatchEvent[] =>
    after.has(fingerprint) ? [] : [{ event: "findingResolved", finding }],
  );
  return [...appeared, ...resolved];
}
