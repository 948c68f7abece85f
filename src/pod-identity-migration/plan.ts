import type { Change } from "../model/change.ts";
import { associateWords } from "../model/cluster-flags.ts";
import { counted } from "../model/counted.ts";
import { Failure } from "../model/failure.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { listText } from "../model/list-text.ts";
import type { Note } from "../model/plan.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { wayLabel } from "../model/way.ts";
import type { ObservedMigration } from "./observe.ts";
import { planRow } from "./plan-row.ts";
import type { MigrationRow, Reach, Subject } from "./row.ts";

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
): readonly MigrationRow[] {
  const { cluster, agent, quota, subjects } = observed;
  const terms = { cluster, agent, quota, clusterFlags, reach, noIrsa: noIrsa(observed, clusterFlags) };
  return subjects.map((subject) => planRow(subject, terms)).toSorted(byPath);
}

/** The plan of all rows, as they are after what they rely on was tried. */
export function planOfRows(
  rows: readonly MigrationRow[],
  { subjects }: ObservedMigration,
  reach: Reach,
  clusterFlags: readonly string[],
): MigrationPlan {
  return {
    changes: rows.flatMap((row) => (row.state === "planned" ? row.changes : [])),
    notes: [
      ...sdkNote(rows, subjects),
      ...proofNotes(rows, reach),
      ...betweenNote(rows),
      ...adriftNote(rows, subjects, reach, clusterFlags),
      ...rows.flatMap(waitingNote),
    ],
    rows,
  };
}

function byPath(one: MigrationRow, other: MigrationRow): number {
  return serviceAccountPath(one.serviceAccount) < serviceAccountPath(other.serviceAccount) ? -1 : 1;
}

/** With an association, new pods have no other credentials: what their SDK can't read, they don't have. */
function sdkNote(rows: readonly MigrationRow[], subjects: readonly Subject[]): readonly Note[] {
  const checked = new Set(
    subjects.filter(({ sdks }) => sdks?.isWhole === true).map(({ ref }) => serviceAccountPath(ref)),
  );
  const isSwitching = rows.some(
    (row) =>
      row.state === "planned" &&
      row.changes.some(({ kind }) => kind === "create-pod-identity") &&
      !checked.has(serviceAccountPath(row.serviceAccount)),
  );
  if (!isSwitching) return [];
  const message =
    "whether the AWS SDKs in all pods support EKS Pod Identity is unknown, and new pods use it from now on. Pass their lock files or SBOMs with --sdk-files, or check them:";
  return [
    {
      level: "warning",
      code: "sdk-unchecked",
      message,
      command: ["irsa", "sdk-check", "--for", "pod-identity"],
    },
  ];
}

/** What was exchanged, what that shows, and what was not tried. */
function proofNotes(rows: readonly MigrationRow[], { goal }: Reach): readonly Note[] {
  const proofs = rows.flatMap((row) => (row.state === "planned" ? (row.proof ?? []) : []));
  const accepted = proofs.filter(({ state }) => state === "accepted").length;
  const reasons = proofs.flatMap((one) => (one.state === "not-tried" ? [one.reason] : []));
  const [who, more] =
    goal === "irsa"
      ? ["STS", "that pods reach STS"]
      : ["EKS", "that pods reach the agent on their node, and that their SDKs ask it"];
  return [
    ...(accepted === 0
      ? []
      : [
          info(
            "exchange-accepted",
            `${who} accepts tokens of ${counted(accepted, "ServiceAccount")} for credentials of the role. This does not show ${more}`,
          ),
        ]),
    ...(reasons.length === 0
      ? []
      : [
          {
            level: "warning" as const,
            code: "exchange-not-tried",
            message: `whether ${who} accepts tokens of ${counted(reasons.length, "ServiceAccount")} was not tried (${listText([...new Set(reasons)], 2)}): the trust policy allows them, and new pods get the variables of ${wayLabel(goal)}`,
          },
        ]),
  ];
}

/** The agent renews no credentials without an association; what it and the SDKs have stays valid. */
function betweenNote(rows: readonly MigrationRow[]): readonly Note[] {
  const count = rows.filter(
    (row) =>
      row.state === "planned" &&
      row.changes.some(({ kind }) => kind === "delete-pod-identity") &&
      row.changes.some(({ kind }) => kind === "restart-workload"),
  ).length;
  if (count === 0) return [];
  return [
    info(
      "restart-after-deletion",
      `running pods of ${counted(count, "ServiceAccount")} keep the credentials that they have until their restart, which follows the deletion of the association. If this run is interrupted, run the same command again`,
    ),
  ];
}

/** Pods whose association is gone, as after a run that was interrupted: nothing renews their credentials. */
function adriftNote(
  rows: readonly MigrationRow[],
  subjects: readonly Subject[],
  { goal, restart }: Reach,
  clusterFlags: readonly string[],
): readonly Note[] {
  if (goal !== "irsa" || restart) return [];
  const without = new Set(
    subjects.filter(({ association }) => association === undefined).map(({ ref }) => serviceAccountPath(ref)),
  );
  const paths = rows
    .filter((row) => row.state === "planned" && row.pods["pod-identity"] > 0)
    .map((row) => serviceAccountPath(row.serviceAccount))
    .filter((path) => without.has(path));
  if (paths.length === 0) return [];
  return [
    {
      level: "warning",
      code: "association-gone",
      message: `pods of ${listText(paths, 3)} use EKS Pod Identity without an association, so that their credentials are not renewed. Restart them now:`,
      command: [
        "irsa",
        "migrate-pod-identity",
        ...paths,
        ...clusterFlags,
        "--back",
        "--restart",
        "--approve",
      ],
    },
  ];
}

function info(code: string, message: string): Note {
  return { level: "info", code, message };
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
