import { valueOf } from "../model/known.ts";
import type { ChainReport, LinkReport, Verdict } from "./chain.ts";
import { wayOf } from "./choose-way.ts";
import { linkLabel, type LinkName } from "./links.ts";
import type { Observed } from "./observed.ts";
import { skipped } from "./result.ts";
import type { Step, Way } from "./ways/way.ts";
import { WAYS } from "./ways/ways.ts";

type Reports = ReadonlyMap<LinkName, LinkReport>;

/** Checks every link of the way that the pods take, in order; one that depends on a broken or unknown link is skipped. Pure. */
export function judgeChain(observed: Observed): ChainReport {
  const name = wayOf(observed);
  const way = WAYS[name];
  const reports = new Map<LinkName, LinkReport>();
  for (const step of way.steps) {
    const reason = reasonToSkip(step, reports);
    const result = reason === undefined ? step.run(observed) : (step.skip?.(observed) ?? skipped(reason));
    reports.set(step.link, { link: step.link, ...result });
  }
  const links = [...reports.values()];
  const serviceAccount = valueOf(observed.serviceAccount)?.ref;
  const verdict = verdictOf(way, reports);
  const notChecked = way.remaining(observed, verdict);
  return { subject: observed.subject, serviceAccount, way: name, verdict, links, notChecked };
}

function reasonToSkip({ needs, after = [] }: Step, reports: Reports): string | undefined {
  const before = (names: readonly LinkName[]) => names.flatMap((name) => reports.get(name) ?? []);
  const broken = before([...needs, ...after]).find(({ status }) => status === "FAIL");
  if (broken !== undefined) return `not checked: ${linkLabel(broken.link)} is broken`;
  const unseen = before(needs).find(({ status }) => status === "UNKNOWN");
  if (unseen !== undefined) return `not checked: ${linkLabel(unseen.link)} is unknown`;
  return before(needs).find(({ status }) => status === "SKIPPED")?.message;
}

/** True if nothing before the exchange is broken. */
export function isSoundSoFar({ way, links }: ChainReport): boolean {
  const { exchange } = WAYS[way];
  return links.every(({ link, status }) => link === exchange || link === "pod" || status !== "FAIL");
}

function verdictOf({ exchange, proved }: Way, reports: Reports): Verdict {
  const all = [...reports.values()];
  if (all.some(({ status }) => status === "FAIL")) return "broken";
  const open = all.filter(({ status }) => status === "UNKNOWN").map(({ link }) => link);
  const works = reports.get(exchange)?.status === "PASS" && open.every((link) => proved.has(link));
  return works ? "works" : "unproven";
}
