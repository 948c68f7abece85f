import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Known } from "../../model/known.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { isFailure, type Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import { MANAGED_BY_LABEL, OUR_NAME, TAG } from "../../model/ownership-tags.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { planAdoption } from "./plan.ts";
import {
  annotatedListedRole,
  observeListing,
  rolesRead,
  type ListedRole,
  type ObservedListing,
} from "../list/observe.ts";
import { EKSCTL_SERVICE_ACCOUNT_TAG, EKSCTL_CLUSTER_TAG } from "../role/eksctl-tags.ts";
import { observeAdoption, type AdoptionSources, type DesiredAdoption } from "./observe.ts";
import { isEksctls } from "../role/ownership.ts";
import type { PlannedServiceAccount } from "../fleet/plan.ts";
import { MANY_ROLES, rolesListed } from "../role/roles-listed.ts";

/** How many ServiceAccounts are looked at side by side: each is some three calls, five with its stack. */
const AT_ONCE = 8;

/**
 * Observes and plans the adoption of many ServiceAccounts. One that can't be read or adopted is a row with that
 * failure, and the others continue.
 * @param rolePrefix begins the computed names of roles
 */
export async function adoptServiceAccounts(
  desires: readonly DesiredAdoption[],
  rolePrefix: string,
  cluster: ClusterWithIssuer,
  sources: AdoptionSources,
  onDone: (done: number) => void,
): Promise<readonly PlannedServiceAccount[]> {
  const { iam } = sources;
  const roles = desires.length < MANY_ROLES ? iam : await rolesListed(iam);
  const from = { ...sources, iam: { ...iam, ...roles } };
  let done = 0;
  return mapConcurrent(desires, AT_ONCE, async (desired): Promise<PlannedServiceAccount> => {
    const { serviceAccount } = desired;
    try {
      const observed = await observeAdoption(desired, rolePrefix, cluster, from);
      return { serviceAccount, state: "adopted", plan: planAdoption(desired, observed) };
    } catch (error) {
      if (!isFailure(error)) throw error;
      return { serviceAccount, state: "failed", failure: error };
    } finally {
      onDone((done += 1));
    }
  });
}

/** What of a cluster is eksctl's, by the tags of roles. */
export interface EksctlServiceAccounts {
  readonly serviceAccounts: readonly ServiceAccountRef[];
  /** Accounts whose role can't be read: whether they are eksctl's is not known. */
  readonly unknown: readonly { readonly serviceAccount: ServiceAccountRef; readonly failure: Failure }[];
  /** Roles that eksctl made for this cluster and that no ServiceAccount is annotated with. */
  readonly unused: readonly Role[];
}

/**
 * The ServiceAccounts of the cluster with roles created by eksctl, adopted or not; also those that only have eksctl's
 * label, so that none is ignored silently.
 * @throws Failure if the ServiceAccounts can't be listed
 */
export async function findEksctls(
  cluster: ClusterWithIssuer,
  { iam, kubernetes }: Pick<AdoptionSources, "iam" | "kubernetes">,
): Promise<EksctlServiceAccounts> {
  const listing = await observeListing({}, cluster, { iam, kubernetes });
  const found = listing.serviceAccounts.map((serviceAccount) => ({
    serviceAccount,
    role: annotatedListedRole(serviceAccount, listing),
  }));
  return {
    serviceAccounts: found.filter(isEksctlServiceAccount).map(({ serviceAccount }) => serviceAccount.ref),
    unknown: found.flatMap(({ serviceAccount, role }) =>
      role.state === "unknown" && role.failure.code !== "other-aws-account"
        ? [{ serviceAccount: serviceAccount.ref, failure: role.failure }]
        : [],
    ),
    unused: unusedRoles(listing),
  };
}

function isEksctlServiceAccount({
  serviceAccount,
  role,
}: {
  serviceAccount: ServiceAccount;
  role: Known<ListedRole | undefined>;
}): boolean {
  if (role.state === "unknown") return false;
  return role.value === undefined
    ? serviceAccount.labels[MANAGED_BY_LABEL] === "eksctl"
    : isEksctls(role.value.role.tags);
}

function unusedRoles({ roles, serviceAccounts, cluster }: ObservedListing): Role[] {
  const annotated = new Set<string>(serviceAccounts.map((one) => annotatedRole(one).text));
  return rolesRead({ roles })
    .map(({ role }) => role)
    .filter(({ arn, tags }) => {
      const isFree = tags[TAG.managedBy] !== OUR_NAME && !annotated.has(arn);
      return (
        isFree && tags[EKSCTL_SERVICE_ACCOUNT_TAG] !== undefined && tags[EKSCTL_CLUSTER_TAG] === cluster.name
      );
    });
}
