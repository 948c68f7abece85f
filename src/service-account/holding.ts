import type { IamPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { parseRoleArn, roleRef, type PolicyArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { Role } from "../model/iam-objects.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "../model/kubernetes-objects.ts";
import { computedRoleName, isComputedFor } from "../model/role-name.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { unlessFailed } from "../model/unless-failed.ts";
import type { Right, Rights } from "./observed.ts";
import { ownershipOf } from "./ownership.ts";
import { askRights } from "./rights.ts";
import { admitsAccount } from "./trust.ts";

/** What an account has now: the start of every command that changes or removes it. */
export interface Holding {
  readonly cluster: ClusterWithIssuer;
  readonly ref: ServiceAccountRef;
  readonly account: ServiceAccount | undefined;
  readonly may: Rights;
  /** The roles that may be the account's: of the asked or computed name, of its annotation, trusting it. */
  readonly roles: readonly Role[];
  /** False where the roles that trust the account would have to be looked for, but may not be listed. */
  readonly searched: boolean;
}

/** Which account, and what is known of its role's name. */
export interface HoldingQuery {
  readonly ref: ServiceAccountRef;
  readonly roleName?: string;
  readonly rolePrefix: string;
  /** What the command may want to do in the cluster. */
  readonly rights: readonly Right[];
}

/** The audience of the account's tokens, as the webhook reads it. */
export function audienceFrom(account: ServiceAccount | undefined): string {
  return account?.annotations[AUDIENCE_ANNOTATION] ?? DEFAULT_AUDIENCE;
}

/**
 * Reads the account and the roles that may be its own. IAM's list of roles is read only where neither name nor
 * annotation leads to a role of ours: an account that is gone already names none.
 * @throws Failure when a read that decides is denied or fails
 */
export async function observeHolding(
  { ref, roleName, rolePrefix, rights }: HoldingQuery,
  cluster: ClusterWithIssuer,
  iam: IamPort,
  kubernetes: KubernetesPort,
): Promise<Holding> {
  const name = roleName ?? computedRoleName(cluster, ref, rolePrefix);
  const [account, may, named] = await Promise.all([
    kubernetes.getServiceAccount(ref),
    askRights(kubernetes, ref.namespace, rights),
    iam.getRole(name),
  ]);
  const annotated = roleName === undefined ? await annotatedRole(account, cluster, name, iam) : undefined;
  const found = [named, annotated].filter((role) => role !== undefined);
  const base = { cluster, ref, account, may };
  const isOurs = (role: Role): boolean => ownershipOf(role, cluster, ref).kind === "ours";
  if (roleName !== undefined || found.some(isOurs)) return { ...base, roles: found, searched: true };
  const trusting = await unlessFailed(() => rolesBehind(base, iam));
  return { ...base, roles: [...found, ...(trusting ?? []).filter(isOurs)], searched: trusting !== undefined };
}

async function annotatedRole(
  account: ServiceAccount | undefined,
  cluster: ClusterWithIssuer,
  except: string,
  iam: IamPort,
): Promise<Role | undefined> {
  const parsed = parseRoleArn(account?.annotations[ROLE_ANNOTATION] ?? "");
  if (!parsed.ok) return undefined;
  const { account: owner, name } = roleRef(parsed.value);
  return owner === cluster.account && name !== except ? iam.getRole(name) : undefined;
}

async function rolesBehind(
  { cluster, ref }: Pick<Holding, "cluster" | "ref">,
  iam: IamPort,
): Promise<readonly Role[]> {
  const listed = await iam.listRoles();
  const names = listed.flatMap(({ arn, trust }) => {
    const { name } = roleRef(arn);
    const admits = trust !== undefined && admitsAccount(trust, cluster, ref);
    return admits || isComputedFor(name, cluster, ref) ? [name] : [];
  });
  const roles = await Promise.all(names.map((name) => iam.getRole(name)));
  return roles.filter((role) => role !== undefined);
}

/** What hangs on a role. */
export interface RoleParts {
  readonly attached: readonly PolicyArn[];
  /** The names of its inline policies. */
  readonly inline: readonly string[];
  /** The names of the instance profiles that it is in. */
  readonly profiles: readonly string[];
}

/** Reads what hangs on a role; a role that is gone by now has nothing. */
export async function observeParts(iam: IamPort, { name }: Pick<Role, "name">): Promise<RoleParts> {
  const [attached = [], inline = [], profiles = []] = await Promise.all([
    iam.listAttachedPolicies(name),
    iam.listInlinePolicies(name),
    iam.listInstanceProfiles(name),
  ]);
  return { attached, inline, profiles };
}
