import { SEVERITIES } from "../model/finding.ts";
import type { Failure } from "../model/failure.ts";
import { asOf, type AsOf, type SourceName, type SourceStates } from "../watch/source-health.ts";
import { tally } from "../watch/tally.ts";
import type { ChainState, WatchEvent, WatchState } from "../watch/state.ts";
import { findingJson } from "./audit-json.ts";
import { serviceAccountJson } from "./json-forms.ts";

/** What there is to begin with (docs/json.md, `watch`). */
export function snapshotJson(state: WatchState, now: number): object {
  const { chains, findings } = tally(state);
  return {
    event: "snapshot",
    ...timesJson(state.sources, now),
    summary: {
      chains,
      findings: Object.fromEntries(SEVERITIES.map((severity) => [severity, findings[severity]])),
    },
    chains: [...state.chains].map(([path, { state: is, isUnknown }]) => ({
      serviceAccount: pathJson(path),
      ...chainStateJson(is),
      isUnknown,
    })),
    findings: [...state.findings.values()].map(({ finding, isUnknown }) => ({
      ...findingJson(finding),
      isUnknown,
    })),
  };
}

/** Something that appeared or went. */
export function watchEventJson(event: WatchEvent, { sources }: WatchState, now: number): object {
  return { event: event.event, ...timesJson(sources, now), ...partsOf(event) };
}

/** How many events were left out before it, because the ones before them were not read. */
export function omittedJson(count: number, { sources }: WatchState, now: number): object {
  return { event: "omitted", ...timesJson(sources, now), count };
}

function partsOf(event: WatchEvent): object {
  switch (event.event) {
    case "findingAppeared":
    case "findingChanged":
    case "findingResolved":
      return { finding: findingJson(event.finding) };
    case "chainChanged":
      return {
        serviceAccount: pathJson(event.serviceAccount),
        from: event.from === undefined ? null : chainStateJson(event.from),
        to: event.to === undefined ? null : chainStateJson(event.to),
      };
    case "sourceLost":
    case "sourceRestored":
      return { source: event.source, ...lossJson(event.state.lost) };
  }
}

function timesJson(sources: SourceStates, now: number): object {
  return {
    at: timeJson(now),
    asOf: agesJson(asOf(sources)),
    unknown: [...sources].flatMap(([source, { lost }]) =>
      lost === undefined ? [] : [{ source: source satisfies SourceName, ...lossJson(lost) }],
    ),
  };
}

function agesJson({ cluster, aws }: AsOf): object {
  return { cluster: timeJson(cluster), aws: timeJson(aws) };
}

function lossJson(lost: { readonly since: number; readonly failure: Failure } | undefined): object {
  return {
    since: timeJson(lost?.since),
    reason: lost === undefined ? null : { code: lost.failure.code, message: lost.failure.message },
  };
}

function timeJson(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

function chainStateJson({ verdict, link, code, message }: ChainState): object {
  return { verdict, link: link ?? null, code: code ?? null, message: message ?? null };
}

function pathJson(path: string): object {
  const [namespace = "", name = ""] = path.split("/");
  return serviceAccountJson({ namespace, name });
}
