import { parseRoleArn, type RoleArn } from "../../model/arn.ts";
import { targetOf } from "../../model/change-facts.ts";
import type { Change } from "../../model/change.ts";
import type { CreateProvider, EditProvider } from "../../model/provider-change.ts";
import { isFailure, type Failure } from "../../model/failure.ts";
import { grouped } from "../../model/grouped.ts";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import type { Note } from "../../model/plan.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { planAssociation, type DesiredAssociation } from "../../oidc-association/plan.ts";
import type { AdoptionPlan } from "../adopt/plan.ts";
import type { DesiredServiceAccount } from "../create/desired.ts";
import type { Observation, ObservedFleet } from "./observe.ts";
import { planServiceAccount, type ServiceAccountPlan } from "../create/plan.ts";
import type { RemovalPlan } from "../delete/plan.ts";

/** One ServiceAccount of many: what is to be done for it, or why nothing can be. */
export type PlannedServiceAccount = { readonly serviceAccount: ServiceAccountRef } & (
  | { readonly state: "planned"; readonly desired: DesiredServiceAccount; readonly plan: ServiceAccountPlan }
  /** It is adopted unchanged. */
  | { readonly state: "adopted"; readonly plan: AdoptionPlan }
  /** The files do not name it any more. */
  | { readonly state: "pruned"; readonly removal: RemovalPlan }
  | { readonly state: "failed"; readonly failure: Failure }
);

/** What is to be done for a ServiceAccount of many; nothing where that can't be planned. */
export function changesOf(row: PlannedServiceAccount): readonly Change[] {
  return partOf(row).changes;
}

/** The role that a row is about; one that can't be planned tells it where its failure is about a role. */
export function roleOf(row: PlannedServiceAccount): RoleArn | undefined {
  switch (row.state) {
    case "planned":
    case "adopted":
      return row.plan.role;
    case "pruned":
      return row.removal.role.arn;
    case "failed":
      return roleInFacts(row.failure);
  }
}

function roleInFacts({ detail }: Failure): RoleArn | undefined {
  const roles = (detail.facts ?? []).filter(([label]) => label === "role").flatMap(([, value]) => value);
  const [only, ...more] = roles.map(parseRoleArn);
  return only?.ok === true && more.length === 0 ? only.value : undefined;
}

function partOf(row: PlannedServiceAccount): {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
} {
  switch (row.state) {
    case "planned":
    case "adopted":
      return row.plan;
    case "pruned":
      return row.removal;
    case "failed":
      return { changes: [], notes: [] };
  }
}

/** What is to be done for many ServiceAccounts in one run. */
export interface FleetPlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly rows: readonly PlannedServiceAccount[];
}

/** What of a fleet is planned. */
export interface FleetTerms {
  /** What goes. */
  readonly pruned: readonly PlannedServiceAccount[];
  /** The provider is part of the plan, whether a ServiceAccount needs it or not. */
  readonly associate: boolean;
  readonly keep: (row: PlannedServiceAccount) => boolean;
}

/** Plans many ServiceAccounts; pure. One that can't be planned is a row that says so, and the rest go on. */
export function planServiceAccounts(
  { association, observations }: ObservedFleet,
  { associate, keep, pruned }: FleetTerms,
): FleetPlan {
  const rows = [...observations.map(rowOf).filter(keep), ...pruned];
  const provider = associate ? planAssociation(DEFAULT_ASSOCIATION, association).changes : [];
  return {
    changes: joined([...provider, ...rows.flatMap(changesOf)]),
    notes: joinedNotes(rows),
    rows,
  };
}

const DEFAULT_ASSOCIATION: DesiredAssociation = {
  audiences: [DEFAULT_AUDIENCE],
  tags: {},
  thumbprints: [],
};

function rowOf(observation: Observation): PlannedServiceAccount {
  const { desired } = observation;
  const { serviceAccount } = desired;
  if ("failure" in observation) return { serviceAccount, state: "failed", failure: observation.failure };
  try {
    return {
      desired,
      serviceAccount,
      state: "planned",
      plan: planServiceAccount(desired, observation.observed),
    };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { serviceAccount, state: "failed", failure: error };
  }
}

/** The changes with those that several ServiceAccounts need made once: the provider first, each namespace with its first ServiceAccount. */
function joined(changes: readonly Change[]): Change[] {
  const providers = changes.filter(isProviderChange);
  const rest = changes.filter((change) => !isProviderChange(change));
  const byTarget = grouped(rest, targetOf);
  const seen = new Set<string>();
  return [
    ...joinedProvider(providers),
    ...rest.flatMap((change): Change[] => {
      if (change.kind !== "create-namespace") return [change];
      const target = targetOf(change);
      if (seen.has(target)) return [];
      seen.add(target);
      const alone = byTarget.get(target)?.length === 1;
      return [alone ? change : { ...change, role: undefined }];
    }),
  ];
}

type ProviderChange = CreateProvider | EditProvider;

function isProviderChange(change: Change): change is ProviderChange {
  return change.kind === "create-provider" || change.kind === "edit-provider";
}

/** All of them are of the cluster's one provider, and differ in the audiences alone. */
function joinedProvider(changes: readonly ProviderChange[]): Change[] {
  const [first] = changes;
  if (first === undefined) return [];
  const audiences = new Set(
    changes.flatMap((change) => (change.kind === "create-provider" ? change.clientIds : change.addClientIds)),
  );
  const all = [...audiences].toSorted();
  return [first.kind === "create-provider" ? { ...first, clientIds: all } : { ...first, addClientIds: all }];
}

/** The rows' own changes and notes, where the ServiceAccounts share nothing. */
export function fleetOf(rows: readonly PlannedServiceAccount[]): FleetPlan {
  return { changes: rows.flatMap(changesOf), notes: joinedNotes(rows), rows };
}

/** Notes that every ServiceAccount has are said once; others with the ServiceAccount's name. */
function joinedNotes(rows: readonly PlannedServiceAccount[]): Note[] {
  const all = rows.flatMap((row) =>
    partOf(row).notes.map((note) => ({ note, serviceAccount: row.serviceAccount })),
  );
  const groups = grouped(all, ({ note: { level, code, message, command } }) =>
    JSON.stringify([level, code, message, command]),
  );
  return [...groups.values()].map(([first, ...more]) => {
    if (first === undefined) throw new TypeError("an empty group");
    const { note, serviceAccount } = first;
    const of =
      more.length === 0
        ? serviceAccountPath(serviceAccount)
        : `${serviceAccountPath(serviceAccount)} and ${more.length} more`;
    return { ...note, message: `${of}: ${note.message}` };
  });
}
