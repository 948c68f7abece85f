import type { EksPort, IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { Failure } from "../../model/failure.ts";
import type { Provider, Role, RoleListing, RolePolicyNames } from "../../model/iam-objects.ts";
import { providerArn } from "../../model/issuer.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { ORIGIN_ANNOTATION, serviceAccountOrigin } from "../../model/ownership-tags.ts";
import { memoized } from "../../model/memoized.ts";
import { annotatedArn, annotatedRole, annotatedRoleName } from "../../model/service-account-facts.ts";
import {
  serviceAccountPath,
  type NamespaceName,
  type ServiceAccountName,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import { listOf } from "../../model/trust-policy/document.ts";
import { taggedServiceAccount } from "../../model/trust-policy/pod-identity-grant.ts";
import { trustsProvider } from "../../model/trust-policy/trusts-provider.ts";
import { known, look, mapKnown, unknown, valueOf, type Known } from "../../model/known.ts";
import { MANY_ROLES, rolesListed, type RoleReads } from "../role/roles-listed.ts";

/** Which ServiceAccounts are asked about; everything that is absent means all. */
export interface ListingScope {
  readonly namespace?: NamespaceName;
  readonly name?: ServiceAccountName;
  /** Of ServiceAccounts that exist, those with these labels. */
  readonly selector?: SelectorText;
}

/** A role with its policies by name. */
export interface ListedRole extends RolePolicyNames {
  readonly role: Role;
}

/** What was found. A read that failed ends nothing. */
export interface ObservedListing {
  readonly cluster: ClusterWithIssuer;
  readonly scope: ListingScope;
  /** The ServiceAccounts that are annotated with a role, have an association, or are labeled as irsa's. */
  readonly serviceAccounts: readonly ServiceAccount[];
  /** Where ServiceAccounts of one name are asked about: those of that name that have nothing to do with a role. */
  readonly plain: readonly ServiceAccountRef[];
  /** The Pod Identity associations of the scope by `namespace/name`, also of ServiceAccounts that do not exist. */
  readonly associations: Known<ReadonlyMap<string, PodIdentityAssociation>>;
  readonly provider: Known<Provider | undefined>;
  /** By `roleKey` of the name. */
  readonly roles: ReadonlyMap<string, Known<ListedRole | undefined>>;
  /** IAM's list of roles, by which those of deleted ServiceAccounts are found. */
  readonly listed: Known<readonly RoleListing[]>;
}

/** Roles that are read concurrently IAM throttles an AWS account at some tens of calls a second. */
const AT_ONCE = 8;

/** Where a listing is read from. */
export interface ListingSources {
  readonly iam: IamPort;
  /** Where associations are of no interest, it is left out: none is found then. */
  readonly eks?: Pick<EksPort, "describePodIdentities">;
  readonly kubernetes: KubernetesPort;
}

/**
 * Reads the cluster's ServiceAccounts and their roles.
 * @throws Failure where the ServiceAccounts can't be listed at all
 */
export async function observeListing(
  scope: ListingScope,
  cluster: ClusterWithIssuer,
  { iam, eks, kubernetes }: ListingSources,
): Promise<ObservedListing> {
  const arn = providerArn(cluster, cluster.issuer);
  const listRoles = memoized(() => iam.listRoles());
  const [all, provider, listed, described] = await Promise.all([
    kubernetes.listServiceAccounts(scope.namespace, scope.selector),
    look(() => iam.getProvider(arn)),
    look(listRoles),
    look(async () => eks?.describePodIdentities(cluster.name, oneOf(scope)) ?? []),
  ]);
  const associations = mapKnown(described, (found) => {
    const inScope = found.filter(({ serviceAccount }) => isInScope(serviceAccount, scope));
    return new Map(inScope.map((one) => [serviceAccountPath(one.serviceAccount), one]));
  });
  const associated = valueOf(associations) ?? new Map<string, PodIdentityAssociation>();
  const asked = all.filter(({ ref }) => isInScope(ref, scope));
  const hasRole = (one: ServiceAccount): boolean =>
    concerns(one) || associated.has(serviceAccountPath(one.ref));
  const serviceAccounts = asked.filter(hasRole);
  const plain = scope.name === undefined ? [] : asked.filter((serviceAccount) => !hasRole(serviceAccount));
  const allRoles = valueOf(listed) ?? [];
  const names = spelledNames(
    [
      ...serviceAccounts.flatMap((serviceAccount) => annotatedRoleName(serviceAccount, cluster) ?? []),
      ...[...associated.values()].flatMap((association) => ownRoleName(association, cluster) ?? []),
      ...allRoles.filter((role) => mayBeOurs(role, arn, scope)).map(nameOf),
    ],
    allRoles.map(nameOf),
  );
  return {
    cluster,
    scope,
    serviceAccounts,
    plain: plain.map(({ ref }) => ref),
    associations,
    provider,
    roles: await readRoles({ ...iam, listRoles }, names),
    listed,
  };
}

/** The roles that exist and could be read, each with its policies. */
export function rolesRead({ roles }: Pick<ObservedListing, "roles">): readonly ListedRole[] {
  return [...roles.values()].flatMap((found) => valueOf(found) ?? []);
}

/** The ServiceAccount's annotated role; unknown (`other-aws-account`) in another AWS account, which is not read. */
export function annotatedListedRole(
  serviceAccount: ServiceAccount,
  { roles, cluster }: Pick<ObservedListing, "roles" | "cluster">,
): Known<ListedRole | undefined> {
  const arn = annotatedArn(serviceAccount);
  return arn === undefined ? known(undefined) : listedRole(arn, { roles, cluster });
}

/** The role of an ARN; unknown (`other-aws-account`) in another AWS account, which is not read. */
export function listedRole(
  arn: RoleArn,
  { roles, cluster }: Pick<ObservedListing, "roles" | "cluster">,
): Known<ListedRole | undefined> {
  const { awsAccount, name } = roleRef(arn);
  if (awsAccount !== cluster.awsAccount)
    return unknown(new Failure("failed", "other-aws-account", `the role is in AWS account ${awsAccount}`));
  return roles.get(roleKey(name)) ?? known(undefined);
}

/** Roles by name, each with its policies; many of them from lists of all. */
export async function readRoles(iam: IamPort, names: readonly string[]): Promise<ObservedListing["roles"]> {
  const reads = names.length < MANY_ROLES ? iam : await rolesListed(iam);
  const read = await mapConcurrent(names, AT_ONCE, async (name) => {
    return [roleKey(name), await look(() => readRole(reads, name))] as const;
  });
  return new Map(read);
}

/** True if the ServiceAccount is asked about. */
export function isInScope(ref: ServiceAccountRef, { namespace, name }: ListingScope): boolean {
  return (namespace ?? ref.namespace) === ref.namespace && (name ?? ref.name) === ref.name;
}

function concerns(serviceAccount: ServiceAccount): boolean {
  return (
    annotatedRole(serviceAccount).kind !== "none" ||
    serviceAccountOrigin(serviceAccount) !== undefined ||
    ORIGIN_ANNOTATION in serviceAccount.annotations
  );
}

/** One ServiceAccount, where the scope is one. */
function oneOf({ namespace, name }: ListingScope): ServiceAccountRef | undefined {
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** The name of an association's role in the cluster's AWS account. */
function ownRoleName(
  { roleArn }: PodIdentityAssociation,
  { awsAccount }: ClusterWithIssuer,
): string | undefined {
  const parsed = parseRoleArn(roleArn);
  if (!parsed.ok) return undefined;
  const role = roleRef(parsed.value);
  return role.awsAccount === awsAccount ? role.name : undefined;
}

/** What we write pins one subject, so that the scope can be told; a trust policy that can't be read may be ours. */
function mayBeOurs({ trust }: RoleListing, provider: string, scope: ListingScope): boolean {
  if (trust === undefined) return true;
  const byTags = listOf(trust.Statement).flatMap((statement) => taggedServiceAccount(statement) ?? []);
  if (byTags.some((ref) => isInScope(ref, scope))) return true;
  const { namespace, name } = scope;
  const text = JSON.stringify(trust);
  const inNamespace = namespace === undefined || text.includes(`system:serviceaccount:${namespace}:`);
  return inNamespace && (name === undefined || text.includes(`:${name}"`)) && trustsProvider(trust, provider);
}

function nameOf({ arn }: RoleListing): string {
  return roleRef(arn).name;
}

/**
 * The names, each once, spelled as IAM lists them: that is how they are asked for. Names are unique without regard to
 * case, but not every IAM finds a role by another spelling than its own.
 */
function spelledNames(names: readonly string[], listed: readonly string[]): readonly string[] {
  const spellings = new Map(listed.map((name) => [roleKey(name), name]));
  return [...new Map(names.map((name) => [roleKey(name), spellings.get(roleKey(name)) ?? name])).values()];
}

/** What a role is under in a listing, however its name is spelled. */
export function roleKey(name: string): string {
  return name.toLowerCase();
}

async function readRole(iam: RoleReads, name: string): Promise<ListedRole | undefined> {
  const [role, attached, inline] = await Promise.all([
    iam.getRole(name),
    iam.listAttachedPolicies(name),
    iam.listInlinePolicies(name),
  ]);
  return role && { role, attached: attached ?? [], inline: inline ?? [] };
}
