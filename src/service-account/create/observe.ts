import type { AwsPort, IamPort } from "../../aws/port.ts";
import { known } from "../../model/known.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { annotatedRole } from "../../model/service-account-facts.ts";
import { computedRoleName } from "../../model/role-name.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { isEksctlsFor } from "../role/eksctl-tags.ts";
import { ownershipOf } from "../role/ownership.ts";
import { roleFinder, type RoleFinder } from "../role/roles-behind.ts";
import { observeAssociation } from "../../oidc-association/observe.ts";
import type { DesiredServiceAccount } from "./desired.ts";
import type {
  ObservedServiceAccount,
  ObservedKubernetes,
  ObservedPodIdentity,
  ObservedPolicy,
  ObservedRole,
  ObservedTarget,
} from "./observed.ts";
import { readTargetRole } from "../role/target-role.ts";
import { observeHeldPolicies, readInlinePolicies, readStale } from "../role/read-policies.ts";
import { askRights } from "../service-account/rights.ts";
import type { ServiceAccountReads } from "./service-account-reads.ts";
import { admitsAsAsked, currentRoleArn, observePodIdentity } from "./observe-way.ts";

/** The sources of an observation. `policies` may be under way since before the cluster was known. */
export interface ObservationSources {
  readonly aws: AwsPort;
  readonly kubernetes: ServiceAccountReads | undefined;
  readonly policies: Promise<readonly ObservedPolicy[]>;
  /** One that several ServiceAccounts share; otherwise each ServiceAccount's is its own. */
  readonly finder?: RoleFinder;
  /** The AWS account of a target role that irsa keeps. */
  readonly target?: TargetSources | undefined;
}

/** The sources of what there is of a target role. */
export interface TargetSources {
  readonly iam: IamPort;
  /** The cluster as its AWS account has to do with it. */
  readonly cluster: ClusterWithIssuer;
  readonly policies: Promise<readonly ObservedPolicy[]>;
}

/**
 * Reads everything concurrently; then the annotated role, the roles found for the ServiceAccount, and the policies of a
 * role that the ServiceAccount is to get.
 * @throws Failure if a required read is denied or fails: unknown is never treated as absent
 */
export async function observeServiceAccount(
  desired: DesiredServiceAccount,
  cluster: ClusterWithIssuer,
  { aws, kubernetes, policies, finder, target }: ObservationSources,
): Promise<ObservedServiceAccount> {
  const name = wantedRoleName(desired, cluster);
  // Of one ServiceAccount, roles are listed along with the other reads: where a role is to be made, nothing waits for the list.
  const search = searchBehind(desired, cluster, aws.iam, finder);
  const [association, podIdentity, observedKubernetes, named, observedPolicies, givenTarget] =
    await Promise.all([
      desired.podIdentity === undefined
        ? observeAssociation(aws.iam, cluster)
        : { cluster, provider: undefined, lookalikes: [] },
      desired.podIdentity && observePodIdentity(aws.eks, cluster, desired.serviceAccount),
      kubernetes === undefined ? undefined : observeKubernetes(kubernetes, desired.serviceAccount),
      observeRole(aws.iam, name, desired),
      policies,
      readTargetRole(desired.podIdentity?.targetRole, cluster, aws.iam),
    ]);
  const seenTarget = target && observeTarget(desired, podIdentity, target);
  seenTarget?.catch(() => undefined);
  const current = currentRoleArn(desired, observedKubernetes?.serviceAccount, podIdentity);
  const other = otherRole(desired, current, cluster);
  const annotated = other === undefined ? undefined : await observeRole(aws.iam, other, desired);
  const openedRole = (found: ObservedRole): Promise<ObservedRole> =>
    withRoleState(found, desired, current, cluster, aws.iam);
  const opened = async (found: ObservedRole | undefined): Promise<ObservedRole | undefined> =>
    found && openedRole(found);
  const isMissing = named === undefined && other === undefined;
  const names = isMissing && isOpen(desired, observedKubernetes, podIdentity) ? await search() : known([]);
  const behind =
    names.state === "unknown" ? names : known(await observeBehind(names.value, desired, cluster, aws.iam));
  return {
    behind: behind.state === "unknown" ? behind : known(await Promise.all(behind.value.map(openedRole))),
    association,
    podIdentity,
    kubernetes: observedKubernetes,
    // An annotated role goes before, and then the other one is not given.
    named: annotated === undefined ? await opened(named) : named,
    annotated: await opened(annotated),
    policies: observedPolicies,
    givenTarget,
    target: await seenTarget,
  };
}

/** Reads the target role that is asked for, and the one that the association has in the same AWS account. */
async function observeTarget(
  desired: DesiredServiceAccount,
  podIdentity: ObservedPodIdentity | undefined,
  { iam, cluster, policies }: TargetSources,
): Promise<ObservedTarget> {
  const { target } = desired;
  if (target === undefined) throw new TypeError("no target role is asked for");
  const ask = { ...desired, role: target, target: undefined };
  const parsed = parseRoleArn(podIdentity?.association?.targetRoleArn ?? "");
  const current = parsed.ok ? parsed.value : undefined;
  const other = otherRole(ask, current, cluster);
  const [named, another, observedPolicies] = await Promise.all([
    observeRole(iam, wantedRoleName(ask, cluster), ask),
    other === undefined ? undefined : observeRole(iam, other, ask),
    policies,
  ]);
  const opened = async (found: ObservedRole | undefined): Promise<ObservedRole | undefined> =>
    found === undefined || found.role.arn === current || desired.allowAdministrator
      ? found
      : { ...found, holds: await observeHeldPolicies(iam, found.role.name, found.attached) };
  return {
    cluster,
    named: another === undefined ? await opened(named) : named,
    current: await opened(another),
    policies: observedPolicies,
  };
}

/** The search for the ServiceAccount's roles: begun already unless several ServiceAccounts share a finder. */
function searchBehind(
  { role, serviceAccount }: DesiredServiceAccount,
  cluster: ClusterWithIssuer,
  iam: IamPort,
  finder: RoleFinder | undefined,
): () => ReturnType<RoleFinder> {
  if (finder !== undefined) return () => finder(serviceAccount);
  const find = roleFinder(iam, cluster);
  if (role.kind !== "managed" || role.name !== undefined) return () => find(serviceAccount);
  const begun = find(serviceAccount);
  // What goes wrong is reported where the answer is asked for.
  begun.catch(() => undefined);
  return () => begun;
}

/** Nobody has named the role: neither the operator nor the ServiceAccount's annotation. */
function isOpen(
  { role, podIdentity: asked }: DesiredServiceAccount,
  kubernetes: ObservedKubernetes | undefined,
  podIdentity: ObservedPodIdentity | undefined,
): boolean {
  const isNamed =
    asked === undefined
      ? annotatedRole(kubernetes?.serviceAccount).kind !== "none"
      : podIdentity?.association !== undefined;
  return role.kind === "managed" && role.name === undefined && !isNamed;
}

/** Of roles that trust the ServiceAccount, those that are irsa's or eksctl's for it. */
async function observeBehind(
  names: readonly string[],
  desired: DesiredServiceAccount,
  cluster: ClusterWithIssuer,
  iam: IamPort,
): Promise<readonly ObservedRole[]> {
  const { serviceAccount } = desired;
  const roles = await Promise.all(names.map((name) => iam.getRole(name)));
  const theirs = roles
    .filter((role) => role !== undefined)
    .filter(
      (role) =>
        ownershipOf(role, cluster, serviceAccount).kind === "ours" ||
        isEksctlsFor(role, cluster, serviceAccount),
    );
  const found = await Promise.all(theirs.map(({ name }) => observeRole(iam, name, desired)));
  return found.filter((one) => one !== undefined);
}

/** With what its policies say, where the ServiceAccount would get a role that it has not by now. */
async function withRoleState(
  found: ObservedRole,
  { serviceAccount, allowAdministrator, roleOnly, podIdentity }: DesiredServiceAccount,
  current: RoleArn | undefined,
  cluster: ClusterWithIssuer,
  iam: IamPort,
): Promise<ObservedRole> {
  if (allowAdministrator) return found;
  const { role, attached } = found;
  const admits = admitsAsAsked(role.trust, cluster, serviceAccount, podIdentity);
  const isGiven = current === role.arn || (roleOnly && podIdentity === undefined);
  if (isGiven && admits) return found;
  return { ...found, holds: await observeHeldPolicies(iam, role.name, attached) };
}

/** The name of the role that is asked for, or the one that is computed. */
export function wantedRoleName(
  { role, serviceAccount }: DesiredServiceAccount,
  cluster: ClusterWithIssuer,
): string {
  if (role.kind === "existing") return roleRef(role.arn).name;
  if (role.kind === "kept") return role.name;
  return role.name ?? computedRoleName(cluster, serviceAccount, role.prefix);
}

/** The name of the role that the ServiceAccount has, if it is another one of this AWS account, and no role was named. */
function otherRole(
  desired: DesiredServiceAccount,
  current: RoleArn | undefined,
  cluster: ClusterWithIssuer,
): string | undefined {
  if (desired.role.kind !== "managed" || desired.role.name !== undefined || current === undefined)
    return undefined;
  const { awsAccount, name } = roleRef(current);
  if (awsAccount !== cluster.awsAccount) return undefined;
  return name === wantedRoleName(desired, cluster) ? undefined : name;
}

async function observeRole(
  iam: IamPort,
  name: string,
  { role: asked, target }: Pick<DesiredServiceAccount, "role" | "target">,
): Promise<ObservedRole | undefined> {
  const isExact = asked.kind === "managed" && asked.exclusivePolicies === true;
  // The role before a target role gets an inline policy that names that one.
  const isGivenInline = target !== undefined || (asked.kind === "managed" && asked.inline !== undefined);
  const withInline = isExact || isGivenInline;
  const [role, attached, inline] = await Promise.all([
    iam.getRole(name),
    iam.listAttachedPolicies(name),
    withInline ? readInlinePolicies(iam, name) : {},
  ]);
  if (role === undefined) return undefined;
  const found = { role, attached: attached ?? [], inline };
  return isExact ? { ...found, recorded: await readStale(iam, found, asked.policies) } : found;
}

async function observeKubernetes(
  api: ServiceAccountReads,
  ref: ServiceAccountRef,
): Promise<ObservedKubernetes> {
  const { namespace } = ref;
  const [found, serviceAccount, may] = await Promise.all([
    api.getNamespace(namespace),
    api.getServiceAccount(ref),
    askRights(api, namespace, ["create namespaces", "create serviceaccounts", "patch serviceaccounts"]),
  ]);
  return { namespaceExists: found !== undefined, serviceAccount, may };
}
