import { parseRoleArn, roleRef } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { eachOf } from "../model/each-of.ts";
import { isFailure, type Failure } from "../model/failure.ts";
import { ROLE_ANNOTATION } from "../model/kubernetes-objects.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { planAdoption } from "./adoption.ts";
import { observeListing, type ObservedListing } from "./listing.ts";
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
}

/**
 * The accounts of the cluster whose roles eksctl made, taken over or not.
 * @throws Failure where the accounts can't be listed
 */
export async function findEksctls(
  cluster: ClusterWithIssuer,
  { iam, kubernetes }: Pick<AdoptionSources, "iam" | "kubernetes">,
): Promise<EksctlAccounts> {
  const listing = await observeListing({}, cluster, { iam, kubernetes });
  const found = listing.accounts.map((account) => ({
    account: account.ref,
    role: annotatedRole(account.annotations[ROLE_ANNOTATION] ?? "", listing),
  }));
  return {
    accounts: found.flatMap(({ account, role }) =>
      role !== undefined && !isFailure(role) && isEksctls(role.role.tags) ? [account] : [],
    ),
    unknown: found.flatMap(({ account, role }) => (isFailure(role) ? [{ account, failure: role }] : [])),
  };
}

function annotatedRole(annotation: string, { roles, cluster }: ObservedListing) {
  const parsed = parseRoleArn(annotation);
  if (!parsed.ok) return undefined;
  const { account, name } = roleRef(parsed.value);
  return account === cluster.account ? roles.get(name.toLowerCase()) : undefined;
}
