import { POD_IDENTITY_AGENT } from "./aws/eks/addon-catalog.ts";
import type { KubeObject } from "./kubernetes/model/object.ts";

const NAMESPACE = "kube-system";
const LABELS = {
  "app.kubernetes.io/name": POD_IDENTITY_AGENT,
  "app.kubernetes.io/instance": POD_IDENTITY_AGENT,
};

/** Where an add-on's pods are found. */
export const AGENT_PODS = { namespace: NAMESPACE, labels: LABELS };

/** What an add-on has in the cluster, and what it could have and has not. */
export interface Software {
  readonly present: readonly KubeObject[];
  readonly absent: readonly KubeObject[];
}

/** The software of an add-on with these configuration values; of other add-ons than the agent nothing is emulated. */
export function softwareOf(
  addon: string,
  region: string,
  installed: boolean,
  configurationValues: string | undefined,
): Software {
  if (addon !== POD_IDENTITY_AGENT) return { present: [], absent: [] };
  const [cloud, hybrid] = [agentDaemonSet(region, "cloud"), agentDaemonSet(region, "hybrid")];
  if (!installed) return { present: [], absent: [cloud, hybrid] };
  return isOnHybrid(configurationValues)
    ? { present: [cloud, hybrid], absent: [] }
    : { present: [cloud], absent: [hybrid] };
}

/** Source: EKS User Guide, "Configure add-ons for hybrid nodes", EKS Pod Identity Agent. */
function isOnHybrid(configurationValues: string | undefined): boolean {
  if (configurationValues === undefined || configurationValues === "") return false;
  const { daemonsets } = JSON.parse(configurationValues) as {
    readonly daemonsets?: { readonly hybrid?: { readonly create?: boolean } };
  };
  return daemonsets?.hybrid?.create === true;
}

const COMPUTE_TYPE = "eks.amazonaws.com/compute-type";

/** The nodes of each DaemonSet, by their compute type. */
const NODES_OF = {
  cloud: { key: COMPUTE_TYPE, operator: "NotIn", values: ["fargate", "auto", "hybrid"] },
  hybrid: { key: COMPUTE_TYPE, operator: "In", values: ["hybrid"] },
};

/** Source: aws/eks-pod-identity-agent, charts/eks-pod-identity-agent. */
function agentDaemonSet(region: string, on: keyof typeof NODES_OF): KubeObject {
  const name = on === "cloud" ? POD_IDENTITY_AGENT : `${POD_IDENTITY_AGENT}-${on}`;
  const image = `602401143452.dkr.ecr.${region}.amazonaws.com/eks/eks-pod-identity-agent:v0.1.33`;
  const linux = { key: "kubernetes.io/os", operator: "In", values: ["linux"] };
  const labels = { ...LABELS, "app.kubernetes.io/name": name };
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [linux, NODES_OF[on]] }],
      },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: NAMESPACE, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          affinity,
          hostNetwork: true,
          tolerations: [{ operator: "Exists" }],
          initContainers: [{ name: "eks-pod-identity-agent-init", image, args: ["initialize"] }],
          containers: [
            {
              name: POD_IDENTITY_AGENT,
              image,
              args: ["server", "--port", "80", "--probe-port", "2703"],
              ports: [
                { name: "proxy", containerPort: 80, protocol: "TCP" },
                { name: "probes-port", containerPort: 2703, protocol: "TCP" },
              ],
            },
          ],
        },
      },
    },
  };
}
