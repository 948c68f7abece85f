import { rbacRules, type RbacRule } from "./cluster-role.ts";
import { rightsOf, type CommandName } from "./commands.ts";
import { iamPolicy, type IamPolicy } from "./iam-policy.ts";
import { EVENTS_ONLY } from "./needs/looking.ts";
import type { ClusterRight } from "./right.ts";
import type { Scope } from "./scope.ts";

/** What of a command runs in the cluster. */
export interface InClusterRun {
  readonly command: Extract<CommandName, "watch" | "audit">;
  /** Whether tokens are exchanged and dry-run pods made, which takes the rights of every ServiceAccount. */
  readonly proofs: boolean;
  /** Whether it reports by Events. */
  readonly events: boolean;
}

/** The rules of RBAC for a run. */
export interface InClusterRules {
  /** For a ClusterRole. */
  readonly cluster: readonly RbacRule[];
  /** For a Role in its own namespace: its Lease. */
  readonly own: readonly RbacRule[];
}

const LEASES = "coordination.k8s.io";

/** The rules that allow this run and no more. @param lease the name of its Lease */
export function inClusterRules(run: InClusterRun, lease: string): InClusterRules {
  const rights = rightsOf([run.command]).cluster.filter((right) => isNeeded(right, run));
  const leases = rights.filter(({ group }) => group === LEASES);
  // RBAC can't limit a creation to a name.
  const [creates, others] = [leases.filter(isCreation), leases.filter((right) => !isCreation(right))];
  return {
    cluster: rbacRules(rights.filter(({ group }) => group !== LEASES)),
    own: [...rbacRules(creates), ...rbacRules(others).map((rule) => ({ ...rule, resourceNames: [lease] }))],
  };
}

/** The policy of its role. */
export function inClusterPolicy({ command, proofs }: InClusterRun, scope: Scope): IamPolicy {
  const { aws } = rightsOf([command]);
  return iamPolicy(proofs ? aws : aws.filter(({ action }) => action !== EXCHANGE), scope);
}

/** It takes a pod's token. */
const EXCHANGE = "eks-auth:AssumeRoleForPodIdentity";

function isNeeded(right: ClusterRight, { proofs, events }: InClusterRun): boolean {
  const { resource, why } = right;
  // RBAC can't limit it to the names of keys.
  if (resource === "secrets") return false;
  if (why === EVENTS_ONLY) return events;
  return proofs || !(isCreation(right) && (resource === "pods" || resource === "serviceaccounts/token"));
}

function isCreation({ verb }: ClusterRight): boolean {
  return verb === "create";
}
