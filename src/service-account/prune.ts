import { counted } from "../model/counted.ts";
import type { IamPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { ClusterRef } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { eachOf } from "../model/each-of.ts";
import { Failure, isFailure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { OUR_NAME, TAG } from "../model/marks.ts";
import {
  accountPath,
  parseNamespaceName,
  parseServiceAccountName,
  type ServiceAccountRef,
} from "../model/service-account-ref.ts";
import { observeListing, type ObservedListing } from "./listing.ts";
import type { AccountRow } from "./plan-many.ts";
import { observeRemoval, planRemoval } from "./removal.ts";

/** A role of a set, and the account that it was made for. */
export interface SetMember {
  readonly account: ServiceAccountRef;
  readonly roleName: string;
}

/** What a prune may take. */
export interface PruneTerms {
  readonly set: string;
  /** The accounts that stay: all that the files name. */
  readonly stay: readonly ServiceAccountRef[];
  /** The most accounts that may go; unless given, a fifth of the set. */
  readonly most: number | undefined;
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
  const members = membersOf(terms.set, await observeListing({}, cluster, ports));
  const stay = new Set(terms.stay.map(accountPath));
  const gone = members.filter(({ account }) => !stay.has(accountPath(account)));
  if (gone.length > (terms.most ?? Math.floor(members.length / 5)))
    throw tooMany(terms, gone, members.length);
  return eachOf(gone, AT_ONCE, (member) => removalOf(member, cluster, ports));
}

/**
 * The members of a set, by the marks of their roles.
 * @throws Failure `prune-unknown` when a role that may be one can't be read
 */
export function membersOf(set: string, { cluster, roles, unlisted }: ObservedListing): readonly SetMember[] {
  const unread = [...roles].filter(([, found]) => isFailure(found)).map(([name]) => name);
  if (unlisted !== undefined || unread.length > 0) throw unknown(set, unread, unlisted);
  return [...roles.values()]
    .flatMap((found) => (found === undefined || isFailure(found) ? [] : [found.role]))
    .filter((role) => isOfSet(role, set, cluster))
    .flatMap(memberOf)
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

function memberOf({ name: roleName, tags }: Pick<Role, "name" | "tags">): SetMember[] {
  const namespace = parseNamespaceName(tags[TAG.namespace] ?? "");
  const name = parseServiceAccountName(tags[TAG.account] ?? "");
  return namespace.ok && name.ok
    ? [{ account: { namespace: namespace.value, name: name.value }, roleName }]
    : [];
}

async function removalOf(
  { account, roleName }: SetMember,
  cluster: ClusterWithIssuer,
  ports: Ports,
): Promise<AccountRow> {
  const desired = {
    account,
    roleName,
    keepRole: false,
    keepAccount: false,
    deleteAdopted: false,
    removeTrust: false,
  };
  try {
    return {
      account,
      state: "pruned",
      removal: planRemoval(desired, await observeRemoval(desired, "", cluster, ports), []),
    };
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

function tooMany({ set }: PruneTerms, gone: readonly SetMember[], all: number): Failure {
  return new Failure(
    "refused",
    "prune-most",
    `${gone.length} of ${counted(all, "account")} of the set '${set}' would go, more than a fifth`,
    {
      facts: gone.slice(0, 20).map(({ account }) => ["would go", accountPath(account)] as const),
      advice: `If that is meant: --prune-max ${gone.length}`,
    },
  );
}
