import type { CloudFormationPort, IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { snapshotOf, type RoleSnapshot } from "../../model/role-snapshot.ts";
import type { Role, RolePolicyNames } from "../../model/iam-objects.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import { computedRoleName } from "../../model/role-name.ts";
import { annotatedRoleName } from "../../model/service-account-facts.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import type { Stack, StackResource } from "../../model/stack.ts";
import { readInlinePolicies } from "../role/read-policies.ts";
import type { Rights } from "../create/observed.ts";
import { isEksctls } from "../role/ownership.ts";
import { askRights } from "../service-account/rights.ts";

/** What to adopt. */
export interface DesiredAdoption {
  readonly serviceAccount: ServiceAccountRef;
  /** The CloudFormation stack that made the role goes, and leaves the role (`--release-stacks`). */
  readonly releaseStack: boolean;
}

/** What was found, with the role's policies. */
export interface ObservedAdoption extends RolePolicyNames {
  readonly cluster: ClusterWithIssuer;
  readonly serviceAccount: ServiceAccount | undefined;
  readonly may: Rights;
  /** The role that the ServiceAccount's annotation names; `undefined` if there is none, or it is not to be read from here. */
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
  readonly kubernetes: KubernetesPort;
  readonly cloudFormation: CloudFormationPort | undefined;
}

/**
 * Reads what a take-over needs.
 * @param rolePrefix begins the computed names of roles
 * @throws Failure when a read that decides is denied or fails
 */
export async function observeAdoption(
  { serviceAccount: ref, releaseStack }: DesiredAdoption,
  rolePrefix: string,
  cluster: ClusterWithIssuer,
  { iam, kubernetes, cloudFormation }: AdoptionSources,
): Promise<ObservedAdoption> {
  const ownName = computedRoleName(cluster, ref, rolePrefix);
  const [serviceAccount, may, computed] = await Promise.all([
    kubernetes.getServiceAccount(ref),
    askRights(kubernetes, ref.namespace, ["patch serviceaccounts"]),
    iam.getRole(ownName),
  ]);
  const base = { cluster, serviceAccount, may, computed };
  const name = annotatedRoleName(serviceAccount, cluster);
  if (name === undefined) return { ...base, ...NO_ROLE };
  const [role, attached = [], inline = []] = await Promise.all([
    name === ownName ? computed : iam.getRole(name),
    iam.listAttachedPolicies(name),
    iam.listInlinePolicies(name),
  ]);
  if (role === undefined || !releaseStack || cloudFormation === undefined || !isEksctls(role.tags))
    return { ...base, ...NO_ROLE, role, attached, inline };
  const [stack, documents] = await Promise.all([
    observeStack(stackName(role, cluster, ref), cloudFormation),
    readInlinePolicies(iam, name),
  ]);
  const snapshot = snapshotOf(role, { attached, inline: documents });
  return { ...base, role, attached, inline, stack, snapshot };
}

const NO_ROLE = { role: undefined, attached: [], inline: [], stack: undefined, snapshot: undefined };

/**
 * The name of the stack that made a role of eksctl's: as CloudFormation has tagged the role, or as eksctl names stacks.
 * Source: eksctl, pkg/cfn/manager (`eksctl-<cluster>-addon-iamserviceaccount-<namespace>-<name>`).
 */
export function stackName(
  { tags }: Pick<Role, "tags">,
  cluster: Pick<ClusterWithIssuer, "name">,
  { namespace, name }: ServiceAccountRef,
): string {
  const tagged = tags["aws:cloudformation:stack-name"];
  return tagged ?? `eksctl-${cluster.name}-addon-iamserviceaccount-${namespace}-${name}`;
}

async function observeStack(
  name: string,
  cloudFormation: CloudFormationPort,
): Promise<ObservedStack | undefined> {
  const stack = await cloudFormation.getStack(name);
  if (stack === undefined) return undefined;
  const [resources, template] = await Promise.all([
    cloudFormation.listStackResources(stack.id),
    cloudFormation.getTemplate(stack.id),
  ]);
  return { stack, resources, template };
}
