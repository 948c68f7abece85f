import type { WorkloadRef } from "./kubernetes-objects.ts";
import type { NamespaceName } from "./service-account-ref.ts";

/**
 * The name of the Pod Identity agent: of its add-on, of its DaemonSet, and in the label `app.kubernetes.io/name` of its pods. Its
 * DaemonSets for other nodes than those of EC2 add a suffix to it, as `-hybrid`.
 * Source: EKS User Guide, "Set up the Amazon EKS Pod Identity Agent"; the chart of eks-pod-identity-agent.
 */
export const AGENT_NAME = "eks-pod-identity-agent";

/** Where the add-on has its pods. Only administrators create pods there; elsewhere anyone may label one like the agent's. */
export const AGENT_NAMESPACE = "kube-system" as NamespaceName;

/** Where the agent answers on every node; in IPv6 clusters it is another address. */
export const AGENT_URI = "http://169.254.170.23/v1/credentials";

/** The agent's addresses, of which the webhook injects one. Anything else in its variable is somebody's own. Source: eks-pod-identity-agent, configuration. */
export const AGENT_URIS: readonly string[] = [AGENT_URI, "http://[fd00:ec2::23]/v1/credentials"];

/** The add-on's DaemonSet for nodes of EC2. */
export const AGENT_DAEMON_SET: WorkloadRef = {
  kind: "daemonset",
  namespace: AGENT_NAMESPACE,
  name: AGENT_NAME,
};

/** The label by which EKS tells what a node is. Source: the chart of eks-pod-identity-agent, which leaves out fargate, hybrid and auto. */
export const COMPUTE_TYPE = "eks.amazonaws.com/compute-type";

/** True if a pod with these labels is one of the agent's, of whichever of its DaemonSets. */
export function isAgentsPod(labels: Readonly<Record<string, string>>): boolean {
  return isAgentsName(labels["app.kubernetes.io/name"] ?? "");
}

/** True for `daemonset/NAME` of one of the agent's DaemonSets, by name alone: in which namespace is the caller's to ask. */
export function isAgentsWorkload(workload: string): boolean {
  const [kind, name = ""] = workload.split("/");
  return kind === AGENT_DAEMON_SET.kind && isAgentsName(name);
}

/** Source: the chart of eks-pod-identity-agent, `nameSuffix`. */
function isAgentsName(name: string): boolean {
  return name === AGENT_NAME || name.startsWith(`${AGENT_NAME}-`);
}
