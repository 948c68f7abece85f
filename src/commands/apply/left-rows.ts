import type { Note } from "../../model/plan.ts";
import { serviceAccountPath } from "../../model/service-account-ref.ts";
import type { DesiredServiceAccount } from "../../service-account/create/desired.ts";
import { changesOf, type PlannedServiceAccount } from "../../service-account/fleet/plan.ts";
import type { FileFlags } from "./flags.ts";

/** A ServiceAccount or an association that irsa does not manage, which eksctl skips. */
export function isTaken(row: PlannedServiceAccount): boolean {
  return row.state === "failed" && TAKEN.has(row.failure.code);
}

const TAKEN: ReadonlySet<string> = new Set(["account-exists", "association-exists"]);

/** Names the ServiceAccounts that the run skips. */
export function leftNotes(
  desires: readonly DesiredServiceAccount[],
  rows: readonly PlannedServiceAccount[],
  flags: FileFlags,
): Note[] {
  const kept = new Set(rows.map(({ serviceAccount }) => serviceAccountPath(serviceAccount)));
  const left = desires
    .map(({ serviceAccount }) => serviceAccountPath(serviceAccount))
    .filter((path) => !kept.has(path));
  if (left.length === 0) return [];
  const shown = left.length > 10 ? [...left.slice(0, 10), `and ${left.length - 10} more`] : left;
  const why = flags.onlyMissing === true ? "already exist" : "already exist and not managed by irsa";
  return [{ level: "info", code: "left-existing", message: `skipped (${why}): ${shown.join(", ")}` }];
}

const CREATED: ReadonlySet<string> = new Set([
  "create-role",
  "create-service-account",
  "create-pod-identity",
]);

/** What `--only-missing` looks at: ServiceAccounts of which something must be created. */
export function isMissing(row: PlannedServiceAccount): boolean {
  return row.state === "failed" || changesOf(row).some(({ kind }) => CREATED.has(kind));
}
