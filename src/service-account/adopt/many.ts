import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { parseRoleArn, roleRef } from "../../model/arn.ts";
import { known, valueOf, type Known } from "../../model/known.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { isFailure, type Failure } from "../../model/failure.ts";
import type { Role } from "../../model/iam-objects.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import { MANAGED_BY_LABEL, OUR_NAME, TAG } from "../../model/ownership-tags.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import { serviceAccountPath, type ServiceAccountRef } from "../../model/service-account-ref.ts";
import { planAdoption } from "./plan.ts";
import {
  annotatedListedRole,
  listedRole,
  observeListing,
  readRoles,
  roleKey,
  rolesRead,
  type ListedRole,
  type ObservedListing,
} from "../list/observe.ts";
import {
  EKSCTL_ASSOCIATION_TAG,
  EKSCTL_CLUSTER_TAG,
  EKSCTL_SERVICE_ACCOUNT_TAG,
} from "../role/eksctl-tags.ts";
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
  /** Those whose association an add-on owns, which EKS would write again. */
  readonly addonOwned: readonly ServiceAccountRef[];
}

/**
 * The ServiceAccounts of the cluster with roles created by eksctl, adopted or not, by their association or their
 * annotation; also those that only have eksctl's label, so that none is ignored silently.
 * @throws Failure if the ServiceAccounts or the Pod Identity associations can't be listed: none may be overlooked
 */
export async function findEksctls(
  cluster: ClusterWithIssuer,
  { iam, eks, kubernetes }: Pick<AdoptionSources, "iam" | "eks" | "kubernetes">,
): Promise<EksctlServiceAccounts> {
  const listing = await observeListing({}, cluster, { iam, eks, kubernetes });
  const { associations } = listing;
  if (associations.state === "unknown") throw associations.failure;
  const associated = associations.value;
  const roles = new Map([...listing.roles, ...(await rolesForAssociations(listing, iam))]);
  const annotated = listing.serviceAccounts
    .filter(({ ref }) => !associated.has(serviceAccountPath(ref)))
    .map((serviceAccount) => ({
      ref: serviceAccount.ref,
      labels: serviceAccount.labels,
      role: annotatedListedRole(serviceAccount, listing),
    }));
  const byAssociation = [...associated.values()].map((one) => ({
    ref: one.serviceAccount,
    ownerArn: one.ownerArn,
    role: associatedListedRole(one, listing),
  }));
  const found = [...annotated, ...byAssociation];
  const eksctls = found.filter(isEksctlServiceAccount);
  const isOwned = (one: object): boolean => "ownerArn" in one && one.ownerArn !== undefined;
  return {
    serviceAccounts: eksctls.filter((one) => !isOwned(one)).map(({ ref }) => ref),
    addonOwned: eksctls.filter(isOwned).map(({ ref }) => ref),
    unknown: found.flatMap(({ ref, role }) =>
      role.state === "unknown" && role.failure.code !== "other-aws-account"
        ? [{ serviceAccount: ref, failure: role.failure }]
        : [],
    ),
    unused: unusedRoles({ ...listing, roles }, associated),
  };
}

/** One whose role is not a role's ARN has none of eksctl's. */
function associatedListedRole(
  { roleArn }: PodIdentityAssociation,
  listing: ObservedListing,
): Known<ListedRole | undefined> {
  const parsed = parseRoleArn(roleArn);
  return parsed.ok ? listedRole(parsed.value, listing) : known(undefined);
}

function isEksctlServiceAccount({
  labels = {},
  role,
}: {
  readonly labels?: ServiceAccount["labels"];
  readonly role: Known<ListedRole | undefined>;
}): boolean {
  if (role.state === "unknown") return false;
  return role.value === undefined ? labels[MANAGED_BY_LABEL] === "eksctl" : isEksctls(role.value.role.tags);
}

/** How far CloudFormation is certain not to cut a stack's name in the name that it makes for a role. */
const STACK_PART = 40;

/** Roles of eksctl's stacks for associations, by their names: nothing but their tags says whom they are for. */
async function rolesForAssociations(
  { listed, roles, cluster }: ObservedListing,
  iam: AdoptionSources["iam"],
): Promise<ObservedListing["roles"]> {
  const prefix = `eksctl-${cluster.name}-podidentityrole-`.slice(0, STACK_PART);
  const names = (valueOf(listed) ?? []).map(({ arn }) => roleRef(arn).name);
  return readRoles(
    iam,
    names.filter((name) => name.startsWith(prefix) && !roles.has(roleKey(name))),
  );
}

function unusedRoles(
  { roles, serviceAccounts, cluster }: Pick<ObservedListing, "roles" | "serviceAccounts" | "cluster">,
  associations: ReadonlyMap<string, PodIdentityAssociation>,
): Role[] {
  const used = new Set<string>([
    ...serviceAccounts.map((one) => annotatedRole(one).text),
    ...[...associations.values()].map(({ roleArn }) => roleArn),
  ]);
  return rolesRead({ roles })
    .map(({ role }) => role)
    .filter(({ arn, tags }) => {
      const isFree = tags[TAG.managedBy] !== OUR_NAME && !used.has(arn);
      const isFor = [EKSCTL_SERVICE_ACCOUNT_TAG, EKSCTL_ASSOCIATION_TAG].some((key) => key in tags);
      return isFree && isFor && tags[EKSCTL_CLUSTER_TAG] === cluster.name;
    });
}
