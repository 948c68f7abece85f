import { parseRoleArn, roleRef } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { eachOf } from "../model/each-of.ts";
import { isFailure, type Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import { ROLE_ANNOTATION, type ServiceAccount } from "../model/kubernetes-objects.ts";
import { MANAGED_BY_LABEL, OUR_NAME, TAG } from "../model/marks.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { planAdoption } from "./adoption.ts";
import { observeListing, roleKey, type ListedRole, type ObservedListing } from "./listing.ts";
import { EKSCTL_ACCOUNT_TAG, EKSCTL_CLUSTER_TAG } from "./eksctl-tags.ts";
import { observeAdoption, type AdoptionSources, type DesiredAdoption } from "./observe-adoption.ts";
import { isEksctls } from "./ownership.ts";
import type { AccountRow } from "./plan-many.ts";
import { MANY_ROLES, rolesListed } from "./roles-listed.ts";

/** How many accounts are looked at side by side: each is some three calls, five with its stack. */
const AT_ONCE = 8;

/**
 * Observes and plans the take-over of many accounts. One that can't be read or taken over is a row that says so, and the
 * rest go on.
 * @param rolePrefix begins the computed names of roles
 */
export async function adoptAccounts(
  desires: readonly DesiredAdoption[],
  rolePrefix: string,
  cluster: ClusterWithIssuer,
  sources: AdoptionSources,
  onDone: (done: number) => void,
): Promise<readonly AccountRow[]> {
  const { iam } = sources;
  const roles = desires.length < MANY_ROLES ? iam : await rolesListed(iam);
  const from = { ...sources, iam: { ...iam, ...roles } };
  let done = 0;
  return eachOf(desires, AT_ONCE, async (desired): Promise<AccountRow> => {
    const { account } = desired;
    try {
      const observed = await observeAdoption(desired, rolePrefix, cluster, from);
      return { account, state: "adopted", plan: planAdoption(desired, observed) };
    } catch (error) {
      if (!isFailure(error)) throw error;
      return { account, state: "failed", failure: error };
    } finally {
      onDone((done += 1));
    }
  });
}

/** What of a cluster is eksctl's, by the tags of roles. */
export interface EksctlAccounts {
  readonly accounts: readonly ServiceAccountRef[];
  /** Accounts whose role can't be read: whether they are eksctl's is not known. */
  readonly unknown: readonly { readonly account: ServiceAccountRef; readonly failure: Failure }[];
  /** Roles that eksctl made for this cluster and that no account is annotated with. */
  readonly unused: readonly Role[];
}

/**
 * The accounts of the cluster whose roles eksctl made, taken over or not; by its label too where the role is gone, so
 * that none is passed over in silence.
 * @throws Failure where the accounts can't be listed
 */
export async function findEksctls(
  cluster: ClusterWithIssuer,
  { iam, kubernetes }: Pick<AdoptionSources, "iam" | "kubernetes">,
): Promise<EksctlAccounts> {
  const listing = await observeListing({}, cluster, { iam, kubernetes });
  const found = listing.accounts.map((account) => ({
    account,
    role: annotatedRole(account.annotations[ROLE_ANNOTATION] ?? "", listing),
  }));
  return {
    accounts: found.filter(isEksctlAccount).map(({ account }) => account.ref),
    unknown: found.flatMap(({ account, role }) =>
      isFailure(role) ? [{ account: account.ref, failure: role }] : [],
    ),
    unused: unusedRoles(listing),
  };
}

type AnnotatedRole = ListedRole | "elsewhere" | undefined | Failure;

function isEksctlAccount({ account, role }: { account: ServiceAccount; role: AnnotatedRole }): boolean {
  if (role === "elsewhere" || isFailure(role)) return false;
  return role === undefined ? account.labels[MANAGED_BY_LABEL] === "eksctl" : isEksctls(role.role.tags);
}

function unusedRoles({ roles, accounts, cluster }: ObservedListing): Role[] {
  const annotated = new Set(accounts.map(({ annotations }) => annotations[ROLE_ANNOTATION]));
  return [...roles.values()]
    .flatMap((found) => (found === undefined || isFailure(found) ? [] : [found.role]))
    .filter(({ arn, tags }) => {
      const isFree = tags[TAG.managedBy] !== OUR_NAME && !annotated.has(arn);
      return isFree && tags[EKSCTL_ACCOUNT_TAG] !== undefined && tags[EKSCTL_CLUSTER_TAG] === cluster.name;
    });
}

function annotatedRole(annotation: string, { roles, cluster }: ObservedListing): AnnotatedRole {
  const parsed = parseRoleArn(annotation);
  if (!parsed.ok) return undefined;
  const { account, name } = roleRef(parsed.value);
  return account === cluster.account ? roles.get(roleKey(name)) : "elsewhere";
}
