import type { CloudFormationPort, EksPort, IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { parseRoleArn, roleRef } from "../../model/arn.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { look, mapKnown, valueOf, type Known } from "../../model/known.ts";
import { snapshotOf, type RoleSnapshot } from "../../model/role-snapshot.ts";
import type { Role, RolePolicyNames } from "../../model/iam-objects.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import type { PodIdentityAssociation } from "../../model/pod-identity.ts";
import { computedRoleName, type RoleName } from "../../model/role-name.ts";
import { annotatedRoleName } from "../../model/service-account-facts.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { FromOperator } from "../../model/source.ts";
import type { Stack, StackResource } from "../../model/stack.ts";
import { readInlinePolicies } from "../role/read-policies.ts";
import type { Rights } from "../create/observed.ts";
import { usersMatter } from "../role/association-witness.ts";
import { EKSCTL_ASSOCIATION_TAG } from "../role/eksctl-tags.ts";
import { isEksctls } from "../role/ownership.ts";
import { askRights } from "../service-account/rights.ts";

/** What to adopt. */
export interface DesiredAdoption {
  readonly serviceAccount: ServiceAccountRef;
  /** The CloudFormation stack that made the role goes, and leaves the role (`--release-stacks`). */
  readonly releaseStack: boolean;
  /** The role that is meant (`--role-name`), which may confirm that an association's role is the ServiceAccount's. */
  readonly roleName?: FromOperator<RoleName>;
  /** Statements that let other Pod Identity associations use the role go (`--restrict-trust`). */
  readonly restrictTrust?: boolean;
  /** The trust policy can do without session tags, which the association disables (`--disable-session-tags`). */
  readonly withoutSessionTags?: boolean;
}

/** What was found, with the role's policies. */
export interface ObservedAdoption extends RolePolicyNames {
  readonly cluster: ClusterWithIssuer;
  readonly serviceAccount: ServiceAccount | undefined;
  readonly may: Rights;
  /** The ServiceAccount's Pod Identity association, which its pods get their role by; unknown where that may not be read. */
  readonly association: Known<PodIdentityAssociation | undefined>;
  /** Other associations of the cluster with the role; read only where the trust policy lets them use it. */
  readonly sharing: readonly PodIdentityAssociation[];
  /**
   * The role of the association, or that the ServiceAccount's annotation names; `undefined` if there is none, or it is not
   * to be read from here.
   */
  readonly role: Role | undefined;
  /** A role of the name that irsa computes for the ServiceAccount. */
  readonly computed: Role | undefined;
  /** Read only where a stack is to go; `undefined` too where there is none. */
  readonly stack: ObservedStack | undefined;
  /** What the role is and has; read only where its stack is to go. */
  readonly snapshot: RoleSnapshot | undefined;
}

/** A stack with what it holds. */
export interface ObservedStack {
  readonly stack: Stack;
  readonly resources: readonly StackResource[];
  /** `undefined` where CloudFormation gives none. */
  readonly template: string | undefined;
}

/** What an observation reads from. */
export interface AdoptionSources {
  readonly iam: IamPort;
  readonly eks: Pick<EksPort, "describePodIdentities">;
  readonly kubernetes: KubernetesPort;
  readonly cloudFormation: CloudFormationPort | undefined;
}

/**
 * Reads what a take-over needs.
 * @param rolePrefix begins the computed names of roles
 * @throws Failure when a read that decides is denied or fails
 */
export async function observeAdoption(
  desired: DesiredAdoption,
  rolePrefix: string,
  cluster: ClusterWithIssuer,
  sources: AdoptionSources,
): Promise<ObservedAdoption> {
  const { serviceAccount: ref, releaseStack } = desired;
  const { iam, eks, kubernetes, cloudFormation } = sources;
  const ownName = computedRoleName(cluster, ref, rolePrefix);
  const [serviceAccount, may, computed, found] = await Promise.all([
    kubernetes.getServiceAccount(ref),
    askRights(kubernetes, ref.namespace, ["patch serviceaccounts"]),
    iam.getRole(ownName),
    look(() => eks.describePodIdentities(cluster.name, ref)),
  ]);
  const association = mapKnown(found, ([first]) => first);
  const base = { cluster, serviceAccount, may, computed, association };
  const associated = valueOf(association);
  const name =
    associated === undefined
      ? annotatedRoleName(serviceAccount, cluster)
      : associatedRoleName(associated, cluster);
  if (name === undefined) return { ...base, ...NO_ROLE };
  const [role, attached = [], inline = []] = await Promise.all([
    name === ownName ? computed : iam.getRole(name),
    iam.listAttachedPolicies(name),
    iam.listInlinePolicies(name),
  ]);
  const sharing =
    role !== undefined && associated !== undefined && usersMatter(desired, role, cluster, associated)
      ? await othersWith(role, associated, cluster, eks)
      : [];
  const seen = { ...base, sharing, role, attached, inline };
  if (role === undefined || !releaseStack || cloudFormation === undefined || !isEksctls(role.tags))
    return { ...seen, stack: undefined, snapshot: undefined };
  const [stack, documents] = await Promise.all([
    observeStack(stackNames(role, cluster, ref), cloudFormation),
    readInlinePolicies(iam, name),
  ]);
  return { ...seen, stack, snapshot: snapshotOf(role, { attached, inline: documents }) };
}

const NO_ROLE = {
  role: undefined,
  attached: [],
  inline: [],
  sharing: [],
  stack: undefined,
  snapshot: undefined,
};

function associatedRoleName(
  { roleArn }: PodIdentityAssociation,
  { awsAccount }: ClusterWithIssuer,
): string | undefined {
  const parsed = parseRoleArn(roleArn);
  if (!parsed.ok) return undefined;
  const role = roleRef(parsed.value);
  return role.awsAccount === awsAccount ? role.name : undefined;
}

/** EKS's list leaves out roles: each association of the cluster is asked for. */
async function othersWith(
  { arn }: Role,
  { id }: PodIdentityAssociation,
  { name }: ClusterWithIssuer,
  eks: AdoptionSources["eks"],
): Promise<readonly PodIdentityAssociation[]> {
  const all = await eks.describePodIdentities(name, undefined);
  return all.filter((one) => one.roleArn === arn && one.id !== id);
}

/**
 * The names that the stack of a role of eksctl's may have: as CloudFormation has tagged the role, or as eksctl names stacks.
 * A role that eksctl has migrated to Pod Identity keeps the stack that it had.
 * Source: eksctl, pkg/cfn/manager (`eksctl-<cluster>-addon-iamserviceaccount-<namespace>-<name>`) and
 * pkg/actions/podidentityassociation (`eksctl-<cluster>-podidentityrole-<namespace>-<name>`).
 */
export function stackNames(
  { tags }: Pick<Role, "tags">,
  cluster: Pick<ClusterWithIssuer, "name">,
  { namespace, name }: ServiceAccountRef,
): readonly [string, ...string[]] {
  const tagged = tags["aws:cloudformation:stack-name"];
  if (tagged !== undefined) return [tagged];
  const byToken = `eksctl-${cluster.name}-addon-iamserviceaccount-${namespace}-${name}`;
  const byAssociation = `eksctl-${cluster.name}-podidentityrole-${namespace}-${name}`;
  return EKSCTL_ASSOCIATION_TAG in tags ? [byAssociation, byToken] : [byToken];
}

/** The first stack that there is. */
async function observeStack(
  names: readonly string[],
  cloudFormation: CloudFormationPort,
): Promise<ObservedStack | undefined> {
  const found = await Promise.all(names.map((name) => cloudFormation.getStack(name)));
  const stack = found.find((one) => one !== undefined);
  if (stack === undefined) return undefined;
  const [resources, template] = await Promise.all([
    cloudFormation.listStackResources(stack.id),
    cloudFormation.getTemplate(stack.id),
  ]);
  return { stack, resources, template };
}
