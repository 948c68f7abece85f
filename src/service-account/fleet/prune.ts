import { counted } from "../../model/counted.ts";
import type { ClusterRef } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { Failure, isFailure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import { taggedServiceAccount, TAG } from "../../model/ownership-tags.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { StateSources } from "../service-account/state.ts";
import { observeListing, rolesRead, type ObservedListing } from "../list/observe.ts";
import type { PlannedServiceAccount } from "./plan.ts";
import { expectOneClaim, ownedRole } from "../role/ownership.ts";
import { observeRemoval, planRemoval } from "../delete/plan.ts";
import { roleUnproven } from "../delete/role.ts";

/** A role with the tags of a set, and the ServiceAccount in them. */
export interface SetMember {
  readonly serviceAccount: ServiceAccountRef;
  readonly role: Role;
  /** False where only its tags say that it is irsa's for the ServiceAccount. */
  readonly isProven: boolean;
}

/** What a prune may take. */
export interface PruneTerms {
  readonly set: string;
  /** The ServiceAccounts that stay: all that the files name. */
  readonly stay: readonly ServiceAccountRef[];
  /** The most ServiceAccounts that may go; unless given, a fifth of the set. */
  readonly most: number | undefined;
  /** The flags that lead to the cluster again, for the commands that are advised. */
  readonly clusterFlags: readonly string[];
}

const AT_ONCE = 8;

/**
 * Plans the removal of members of a set that the files no longer define: what irsa created, never what it adopted.
 * @throws Failure `prune-empty`, `prune-unknown`, `prune-most` if that looks like a mistake
 */
export async function preparePrune(
  terms: PruneTerms,
  cluster: ClusterWithIssuer,
  ports: StateSources,
): Promise<readonly PlannedServiceAccount[]> {
  if (terms.stay.length === 0) throw emptyFile(terms.set);
  const listing = await observeListing({}, cluster, ports);
  const members = membersOf(terms.set, listing);
  const stay = new Set(terms.stay.map(serviceAccountPath));
  const gone = members.filter(({ serviceAccount }) => !stay.has(serviceAccountPath(serviceAccount)));
  const going = serviceAccountsOf(gone);
  const all = serviceAccountsOf(members).length;
  if (going.length > (terms.most ?? Math.floor(all / 5))) throw tooMany(terms, going, all);
  const claiming = rolesRead(listing).map(({ role }) => role);
  return mapConcurrent(gone, AT_ONCE, (member) =>
    removalOf(member, claiming, terms.clusterFlags, cluster, ports),
  );
}

/** The ServiceAccounts of the proven members, each once: forged tags neither fill a set nor empty it. */
function serviceAccountsOf(members: readonly SetMember[]): readonly string[] {
  const proven = members.filter(({ isProven }) => isProven);
  return [...new Set(proven.map(({ serviceAccount }) => serviceAccountPath(serviceAccount)))];
}

/**
 * The members of a set, by the tags of their roles, and whether anything else confirms them.
 * @throws Failure `prune-unknown` if a role that may be a member can't be read
 */
export function membersOf(set: string, listing: ObservedListing): readonly SetMember[] {
  const { cluster, roles, listed } = listing;
  const unread = [...roles].filter(([, found]) => found.state === "unknown").map(([name]) => name);
  if (listed.state === "unknown") throw unknownSet(set, unread, listed.failure);
  if (unread.length > 0) throw unknownSet(set, unread);
  return rolesRead(listing)
    .map(({ role }) => role)
    .filter((role) => isOfSet(role, set, cluster))
    .flatMap((role) => memberOf(role, cluster))
    .toSorted((one, other) =>
      serviceAccountPath(one.serviceAccount) < serviceAccountPath(other.serviceAccount) ? -1 : 1,
    );
}

function isOfSet({ tags }: Pick<Role, "tags">, set: string, cluster: ClusterRef): boolean {
  return tags[TAG.origin] === "created" && tags[TAG.clusterArn] === cluster.arn && tags[TAG.set] === set;
}

function memberOf(role: Role, cluster: ClusterWithIssuer): SetMember[] {
  const serviceAccount = taggedServiceAccount(role);
  if (serviceAccount === undefined) return [];
  return [{ serviceAccount, role, isProven: ownedRole(role, cluster, serviceAccount) !== undefined }];
}

async function removalOf(
  { serviceAccount, role, isProven }: SetMember,
  claiming: readonly Role[],
  clusterFlags: readonly string[],
  cluster: ClusterWithIssuer,
  ports: StateSources,
): Promise<PlannedServiceAccount> {
  const desired = {
    serviceAccount,
    foundRole: role.name,
    keepRole: false,
    keepServiceAccount: false,
    deleteAdopted: false,
    removeTrust: false,
  };
  try {
    expectOneClaim(claiming, cluster, serviceAccount);
    if (!isProven) throw roleUnproven(role, serviceAccount, clusterFlags);
    const observed = await observeRemoval(desired, "", cluster, ports);
    return { serviceAccount, state: "pruned", removal: planRemoval(desired, observed, clusterFlags) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { serviceAccount, state: "failed", failure: error };
  }
}

function emptyFile(set: string): Failure {
  return new Failure(
    "refused",
    "prune-empty",
    `the files have no ServiceAccounts: all of set '${set}' would be deleted`,
    {
      advice: "To delete ServiceAccounts by name: irsa delete-sa",
    },
  );
}

function unknownSet(set: string, unread: readonly string[], unlisted?: Failure): Failure {
  const message = `which roles belong to set '${set}' is unknown`;
  return new Failure(unlisted?.kind ?? "refused", "prune-unknown", message, {
    facts: [
      ...(unlisted === undefined ? [] : [["roles", unlisted.message] as const]),
      ...unread.slice(0, 10).map((name) => ["not read", name] as const),
    ],
    advice: "Omit --prune to plan the rest",
  });
}

function tooMany({ set }: PruneTerms, gone: readonly string[], all: number): Failure {
  return new Failure(
    "refused",
    "prune-most",
    `${gone.length} of ${counted(all, "ServiceAccount")} of set '${set}' would be deleted, more than a fifth`,
    {
      facts: gone.slice(0, 20).map((awsAccount) => ["would be deleted", awsAccount] as const),
      advice: `To allow it: --prune-max ${gone.length}`,
    },
  );
}
