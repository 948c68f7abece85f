import type { Change } from "../model/change.ts";
import { associateWords } from "../model/cluster-flags.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import type { Note } from "../model/plan.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { ObservedMigration } from "./observe.ts";
import { planRow } from "./plan-row.ts";
import type { MigrationRow, Reach } from "./row.ts";

/** What a migration does in this run. */
export interface MigrationPlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly rows: readonly MigrationRow[];
}

/** Plans every ServiceAccount by itself; pure. */
export function planMigration(
  observed: ObservedMigration,
  reach: Reach,
  clusterFlags: readonly string[],
): MigrationPlan {
  const { cluster, agent, quota, subjects } = observed;
  const terms = { cluster, agent, quota, clusterFlags, reach, noIrsa: noIrsa(observed, clusterFlags) };
  const rows = subjects.map((subject) => planRow(subject, terms)).toSorted(byPath);
  return {
    changes: rows.flatMap((row) => (row.state === "planned" ? row.changes : [])),
    notes: [...sdkNote(rows), ...rows.flatMap(waitingNote)],
    rows,
  };
}

function byPath(one: MigrationRow, other: MigrationRow): number {
  return serviceAccountPath(one.serviceAccount) < serviceAccountPath(other.serviceAccount) ? -1 : 1;
}

/** With an association, new pods have no other credentials: what their SDK can't read, they don't have. */
function sdkNote(rows: readonly MigrationRow[]): readonly Note[] {
  const isSwitching = rows.some(
    (row) => row.state === "planned" && row.changes.some(({ kind }) => kind === "create-pod-identity"),
  );
  if (!isSwitching) return [];
  const message =
    "whether the AWS SDKs in the pods support EKS Pod Identity is not checked, and new pods use it from now on. To check lock files and SBOMs:";
  return [
    {
      level: "warning",
      code: "sdk-unchecked",
      message,
      command: ["irsa", "sdk-check", "--for", "pod-identity"],
    },
  ];
}

function waitingNote(row: MigrationRow): readonly Note[] {
  if (row.state !== "planned" || row.waitsFor === undefined) return [];
  const message = `${serviceAccountPath(row.serviceAccount)}: ${row.waitsFor}`;
  return [{ level: "info", code: "migration-waits", message }];
}

/** Without a provider that accepts its tokens, no ServiceAccount gets a role by IRSA. */
function noIrsa(
  { provider, cluster }: ObservedMigration,
  clusterFlags: readonly string[],
): Failure | undefined {
  if (provider.state === "unknown") return provider.failure;
  if (provider.value?.clientIds.includes(DEFAULT_AUDIENCE) === true) return undefined;
  const isMissing = provider.value === undefined;
  return new Failure(
    "refused",
    isMissing ? "provider-missing" : "audience-missing",
    isMissing
      ? `cluster '${cluster.name}' has no IAM OIDC provider`
      : `the OIDC provider of '${cluster.name}' does not accept audience '${DEFAULT_AUDIENCE}'`,
    { advice: "Create it first:", command: associateWords(clusterFlags, DEFAULT_AUDIENCE) },
  );
}
