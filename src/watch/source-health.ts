import type { WatchedKind } from "../kubernetes/port.ts";
import type { Failure } from "../model/failure.ts";

/** What a snapshot is read from: a service of AWS, or a kind of object in the cluster. */
export type SourceName = "iam" | "eks" | "ec2" | "sts" | "eksAuth" | "keys" | "nodeClasses" | WatchedKind;

/** Whether a source tells what is: when it last did, and since when and why it does not. */
export interface SourceState {
  /** In milliseconds since 1970; `undefined` if it never has. */
  readonly asOf: number | undefined;
  readonly lost: { readonly since: number; readonly failure: Failure } | undefined;
}

/** The sources by name. */
export type SourceStates = ReadonlyMap<SourceName, SourceState>;

/** Where reads tell how they went. */
export interface SourceHealth {
  readonly states: () => SourceStates;
  /** @param asOf when what it told was so; now, unless given */
  readonly heard: (source: SourceName, asOf?: number) => void;
  readonly lost: (source: SourceName, failure: Failure) => void;
}

/** Nothing has been read yet. @param onLost is told when a source is lost, and when it is back */
export function sourceHealth(now: () => number, onLost: () => void): SourceHealth {
  const states = new Map<SourceName, SourceState>();
  return {
    states: () => new Map(states),
    heard: (source, asOf = now()) => {
      const wasLost = states.get(source)?.lost !== undefined;
      states.set(source, { asOf, lost: undefined });
      if (wasLost) onLost();
    },
    lost: (source, failure) => {
      const before = states.get(source);
      states.set(source, {
        asOf: before?.asOf,
        lost: { since: before?.lost?.since ?? now(), failure },
      });
      if (before?.lost === undefined) onLost();
    },
  };
}

/**
 * Whether a failure is a loss of what was known. What is denied from the beginning never was.
 * @param wasRead whether the same was read before
 */
export function isLoss({ code }: Failure, wasRead: boolean): boolean {
  return wasRead || (code !== "access-denied" && code !== "forbidden");
}

/** Whether there is nothing yet to conclude from: neither of the cluster nor of AWS everything has been read once. */
export function isBeforeFirstRead(states: SourceStates): boolean {
  const { cluster, aws } = asOf(states);
  return cluster === undefined && aws === undefined;
}

/** The sources that can't be read now. */
export function lostSources(states: SourceStates): ReadonlySet<SourceName> {
  return new Set([...states].flatMap(([name, { lost }]) => (lost === undefined ? [] : [name])));
}

/** As of when the cluster and AWS are known, in milliseconds since 1970: the oldest of what each consists of. */
export interface AsOf {
  readonly cluster: number | undefined;
  readonly aws: number | undefined;
}

const OF_CLUSTER: readonly SourceName[] = ["serviceAccounts", "pods", "nodes", "namespaces", "webhooks"];
/** Those that are polled; tokens are exchanged now and then. */
const OF_AWS: readonly SourceName[] = ["iam", "eks", "ec2"];

/** How old what is known is. */
export function asOf(states: SourceStates): AsOf {
  const oldest = (names: readonly SourceName[]): number | undefined => {
    const times = names.flatMap((name) => {
      const state = states.get(name);
      return state === undefined ? [] : [state.asOf];
    });
    return times.includes(undefined) || times.length === 0
      ? undefined
      : Math.min(...times.filter((time) => time !== undefined));
  };
  return { cluster: oldest(OF_CLUSTER), aws: oldest(OF_AWS) };
}
