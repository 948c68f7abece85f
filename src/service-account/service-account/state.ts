import type { EksPort, IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { parseRoleArn, roleRef } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import type { Role, RolePolicyNames } from "../../model/iam-objects.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import { computedRoleName, isComputedFor } from "../../model/role-name.ts";
import { annotatedRoleName } from "../../model/service-account-facts.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { known, listed, look, mapKnown, valueOf, type Known } from "../../model/known.ts";
import type { ClusterRight } from "../../model/change-kind-row.ts";
import type { Rights } from "../create/observed.ts";
import { ownershipOf } from "../role/ownership.ts";
import { askRights } from "./rights.ts";
import { trustsServiceAccount } from "../role/trust.ts";

/** What a ServiceAccount has now: the start of every command that changes or removes it. */
export interface ServiceAccountState {
  readonly cluster: ClusterWithIssuer;
  readonly ref: ServiceAccountRef;
  readonly serviceAccount: ServiceAccount | undefined;
  readonly may: Rights;
  /** The roles that may be the ServiceAccount's: of the asked or computed name, of its annotation, trusting it. */
  readonly roles: readonly Role[];
  /** Whether these are all: unknown if those that trust the ServiceAccount had to be looked for and could not be. */
  readonly searched: Known<true>;
  /** Its Pod Identity association; unknown where that may not be read. */
  readonly association: Known<PodIdentityAssociation | undefined>;
}

/** Which ServiceAccount, and what is known of its role's name. */
export interface ServiceAccountQuery {
  readonly ref: ServiceAccountRef;
  readonly roleName?: string;
  readonly rolePrefix: string;
  /** What the command may want to do in the cluster. */
  readonly rights: readonly ClusterRight[];
}

/** What the state of a ServiceAccount is read from. */
export interface StateSources {
  readonly iam: IamPort;
  readonly eks: EksPort;
  readonly kubernetes: KubernetesPort;
}

/**
 * Reads the ServiceAccount and the roles that may be its own. IAM's list of roles is read only if neither name nor
 * annotation leads to a role of irsa's: a deleted ServiceAccount has no annotation.
 * @throws Failure if a required read is denied or fails
 */
export async function observeServiceAccountState(
  { ref, roleName, rolePrefix, rights }: ServiceAccountQuery,
  cluster: ClusterWithIssuer,
  { iam, eks, kubernetes }: StateSources,
): Promise<ServiceAccountState> {
  const name = roleName ?? computedRoleName(cluster, ref, rolePrefix);
  const [serviceAccount, may, named, associations] = await Promise.all([
    kubernetes.getServiceAccount(ref),
    askRights(kubernetes, ref.namespace, rights),
    iam.getRole(name),
    look(() => eks.describePodIdentities(cluster.name, ref)),
  ]);
  const association = mapKnown(associations, ([first]) => first);
  const others = [annotatedRoleName(serviceAccount, cluster), associatedRoleName(valueOf(association))];
  const further =
    roleName === undefined ? new Set(others.filter((one) => one !== undefined)) : new Set<string>();
  further.delete(name);
  const led = await Promise.all([...further].map((one) => iam.getRole(one)));
  const found = [named, ...led].filter((role) => role !== undefined);
  const base = { cluster, ref, serviceAccount, may, association };
  const isOurs = (role: Role): boolean => ownershipOf(role, cluster, ref).kind === "ours";
  if (roleName !== undefined || found.some(isOurs)) return { ...base, roles: found, searched: known(true) };
  const trusting = await look(() => rolesBehind(base, iam));
  const roles = [...found, ...listed(trusting).filter(isOurs)];
  return { ...base, roles, searched: mapKnown(trusting, () => true) };
}

/** The name of the association's role, which is always of the cluster's AWS account. */
function associatedRoleName(association: PodIdentityAssociation | undefined): string | undefined {
  const parsed = parseRoleArn(association?.roleArn ?? "");
  return parsed.ok ? roleRef(parsed.value).name : undefined;
}

async function rolesBehind(
  { cluster, ref }: Pick<ServiceAccountState, "cluster" | "ref">,
  iam: IamPort,
): Promise<readonly Role[]> {
  const listed = await iam.listRoles();
  const names = listed.flatMap(({ arn, trust }) => {
    const { name } = roleRef(arn);
    const admits = trust !== undefined && trustsServiceAccount(trust, cluster, ref);
    return admits || isComputedFor(name, cluster, ref) ? [name] : [];
  });
  const roles = await Promise.all(names.map((name) => iam.getRole(name)));
  return roles.filter((role) => role !== undefined);
}

/** What a role must be without before it can be deleted. */
export interface RoleParts extends RolePolicyNames {
  /** The names of the instance profiles that it is in. */
  readonly profiles: readonly string[];
}

/** Reads what is attached to a role; nothing if the role was deleted in the meantime. */
export async function observeParts(iam: IamPort, { name }: Pick<Role, "name">): Promise<RoleParts> {
  const [attached = [], inline = [], profiles = []] = await Promise.all([
    iam.listAttachedPolicies(name),
    iam.listInlinePolicies(name),
    iam.listInstanceProfiles(name),
  ]);
  return { attached, inline, profiles };
}
