import type { IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { roleRef } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { Failure } from "../../model/failure.ts";
import type { Provider, Role, RoleListing, RolePolicyNames } from "../../model/iam-objects.ts";
import { providerArn } from "../../model/issuer.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import { ORIGIN_ANNOTATION, serviceAccountOrigin } from "../../model/ownership-tags.ts";
import { memoized } from "../../model/memoized.ts";
import { annotatedArn, annotatedRole, annotatedRoleName } from "../../model/service-account-facts.ts";
import type {
  NamespaceName,
  ServiceAccountName,
  ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import { trustsProvider } from "../../model/trust-policy/trusts-provider.ts";
import { known, look, unknown, valueOf, type Known } from "../../model/known.ts";
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
  /** The ServiceAccounts that are annotated with a role or labeled as irsa's. */
  readonly serviceAccounts: readonly ServiceAccount[];
  /** Where ServiceAccounts of one name are asked about: those of that name that have nothing to do with a role. */
  readonly plain: readonly ServiceAccountRef[];
  readonly provider: Known<Provider | undefined>;
  /** By `roleKey` of the name. */
  readonly roles: ReadonlyMap<string, Known<ListedRole | undefined>>;
  /** IAM's list of roles, by which those of deleted ServiceAccounts are found. */
  readonly listed: Known<readonly RoleListing[]>;
}

/** Roles that are read concurrently IAM throttles an AWS account at some tens of calls a second. */
const AT_ONCE = 8;

/**
 * Reads the cluster's ServiceAccounts and their roles.
 * @throws Failure where the ServiceAccounts can't be listed at all
 */
export async function observeListing(
  scope: ListingScope,
  cluster: ClusterWithIssuer,
  { iam, kubernetes }: { readonly iam: IamPort; readonly kubernetes: KubernetesPort },
): Promise<ObservedListing> {
  const arn = providerArn(cluster, cluster.issuer);
  const listRoles = memoized(() => iam.listRoles());
  const [all, provider, listed] = await Promise.all([
    kubernetes.listServiceAccounts(scope.namespace, scope.selector),
    look(() => iam.getProvider(arn)),
    look(listRoles),
  ]);
  const asked = all.filter(({ ref }) => isInScope(ref, scope));
  const serviceAccounts = asked.filter(concerns);
  const plain = scope.name === undefined ? [] : asked.filter((serviceAccount) => !concerns(serviceAccount));
  const allRoles = valueOf(listed) ?? [];
  const names = spelledNames(
    [
      ...serviceAccounts.flatMap((serviceAccount) => annotatedRoleName(serviceAccount, cluster) ?? []),
      ...allRoles.filter((role) => mayBeOurs(role, arn, scope)).map(nameOf),
    ],
    allRoles.map(nameOf),
  );
  return {
    cluster,
    scope,
    serviceAccounts,
    plain: plain.map(({ ref }) => ref),
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
  if (arn === undefined) return known(undefined);
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

/** What we write pins one subject, so that the scope can be told; a trust policy that can't be read may be ours. */
function mayBeOurs({ trust }: RoleListing, provider: string, { namespace, name }: ListingScope): boolean {
  if (trust === undefined) return true;
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

/** What a role stands under in a listing, however its name is spelled. */
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
