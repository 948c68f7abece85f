import { TRACKING_DAYS, type LastAccessed } from "../model/last-accessed.ts";
import type { UsePeriod } from "../model/narrowed.ts";

const DAY = 86_400_000;

/** The time that a report is of: what AWS looks back, or since the role was made. */
export function periodOf({ asOf }: Pick<LastAccessed, "asOf">, createdAt: string | undefined): UsePeriod {
  const until = Date.parse(asOf);
  const earliest = until - TRACKING_DAYS * DAY;
  const created = createdAt === undefined ? earliest : Date.parse(createdAt);
  const sinceCreation = created > earliest;
  const since = sinceCreation ? created : earliest;
  return {
    since: new Date(since).toISOString(),
    until: asOf,
    days: Math.max(0, Math.floor((until - since) / DAY)),
    sinceCreation,
  };
}
