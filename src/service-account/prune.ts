import { counted } from "../model/counted.ts";
import type { IamPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { ClusterRef } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { eachOf } from "../model/each-of.ts";
import { Failure, isFailure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { markedAccount, OUR_NAME, TAG } from "../model/marks.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import { observeListing, rolesRead, type ObservedListing } from "./listing.ts";
import type { AccountRow } from "./plan-many.ts";
import { expectOneClaim, ownedRole } from "./ownership.ts";
import { observeRemoval, planRemoval } from "./removal.ts";
import { roleUnproven } from "./role-removal.ts";

/** A role that carries the marks of a set, and the ServiceAccount that they name. */
export interface SetMember {
  readonly account: ServiceAccountRef;
  readonly role: Role;
  /** False where only its tags say that it is irsa's for the ServiceAccount. */
  readonly isProven: boolean;
}

/** What a prune may take. */
export interface PruneTerms {
  readonly set: string;
  /** The accounts that stay: all that the files name. */
  readonly stay: readonly ServiceAccountRef[];
  /** The most accounts that may go; unless given, a fifth of the set. */
  readonly most: number | undefined;
  /** The flags that lead to the cluster again, for the commands that are advised. */
  readonly reach: readonly string[];
}

type Ports = { readonly iam: IamPort; readonly kubernetes: KubernetesPort };

const AT_ONCE = 8;

/**
 * Plans the removal of what a set has and the files do not name any more: what irsa created, never what it took over.
 * @throws Failure `prune-empty`, `prune-unknown`, `prune-most` when that looks like a mistake
 */
export async function planPrune(
  terms: PruneTerms,
  cluster: ClusterWithIssuer,
  ports: Ports,
): Promise<readonly AccountRow[]> {
  if (terms.stay.length === 0) throw emptyFile(terms.set);
  const listing = await observeListing({}, cluster, ports);
  const members = membersOf(terms.set, listing);
  const stay = new Set(terms.stay.map(accountPath));
  const gone = members.filter(({ account }) => !stay.has(accountPath(account)));
  const going = accountsOf(gone);
  const all = accountsOf(members).length;
  if (going.length > (terms.most ?? Math.floor(all / 5))) throw tooMany(terms, going, all);
  const claiming = rolesRead(listing).map(({ role }) => role);
  return eachOf(gone, AT_ONCE, (member) => removalOf(member, claiming, terms.reach, cluster, ports));
}

/** The ServiceAccounts of the proven members, each once: forged tags neither fill a set nor empty it. */
function accountsOf(members: readonly SetMember[]): readonly string[] {
  const proven = members.filter(({ isProven }) => isProven);
  return [...new Set(proven.map(({ account }) => accountPath(account)))];
}

/**
 * The members of a set, by the marks of their roles, and whether anything but the marks says so.
 * @throws Failure `prune-unknown` when a role that may be one can't be read
 */
export function membersOf(set: string, listing: ObservedListing): readonly SetMember[] {
  const { cluster, roles, unlisted } = listing;
  const unread = [...roles].filter(([, found]) => isFailure(found)).map(([name]) => name);
  if (unlisted !== undefined || unread.length > 0) throw unknown(set, unread, unlisted);
  return rolesRead(listing)
    .map(({ role }) => role)
    .filter((role) => isOfSet(role, set, cluster))
    .flatMap((role) => memberOf(role, cluster))
    .toSorted((one, other) => (accountPath(one.account) < accountPath(other.account) ? -1 : 1));
}

function isOfSet({ tags }: Pick<Role, "tags">, set: string, cluster: ClusterRef): boolean {
  return (
    tags[TAG.managedBy] === OUR_NAME &&
    tags[TAG.origin] === "created" &&
    tags[TAG.clusterArn] === cluster.arn &&
    tags[TAG.set] === set
  );
}

function memberOf(role: Role, cluster: ClusterWithIssuer): SetMember[] {
  const account = markedAccount(role);
  if (account === undefined) return [];
  return [{ account, role, isProven: ownedRole(role, cluster, account) !== undefined }];
}

async function removalOf(
  { account, role, isProven }: SetMember,
  claiming: readonly Role[],
  reach: readonly string[],
  cluster: ClusterWithIssuer,
  ports: Ports,
): Promise<AccountRow> {
  const desired = {
    account,
    foundRole: role.name,
    keepRole: false,
    keepAccount: false,
    deleteAdopted: false,
    removeTrust: false,
  };
  try {
    expectOneClaim(claiming, cluster, account);
    if (!isProven) throw roleUnproven(role, account, reach);
    const observed = await observeRemoval(desired, "", cluster, ports);
    return { account, state: "pruned", removal: planRemoval(desired, observed, reach) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { account, state: "failed", failure: error };
  }
}

function emptyFile(set: string): Failure {
  return new Failure(
    "refused",
    "prune-empty",
    `the files name no account: all of the set '${set}' would go`,
    {
      advice: "To remove accounts, name them: irsa delete-sa",
    },
  );
}

function unknown(set: string, unread: readonly string[], unlisted: Failure | undefined): Failure {
  const message = `which roles belong to the set '${set}' can't be told`;
  return new Failure(unlisted?.kind ?? "refused", "prune-unknown", message, {
    facts: [
      ...(unlisted === undefined ? [] : [["roles", unlisted.message] as const]),
      ...unread.slice(0, 10).map((name) => ["not read", name] as const),
    ],
    advice: "Without --prune the rest of the plan can be made",
  });
}

function tooMany({ set }: PruneTerms, gone: readonly string[], all: number): Failure {
  return new Failure(
    "refused",
    "prune-most",
    `${gone.length} of ${counted(all, "account")} of the set '${set}' would go, more than a fifth`,
    {
      facts: gone.slice(0, 20).map((account) => ["would go", account] as const),
      advice: `If that is meant: --prune-max ${gone.length}`,
    },
  );
}
