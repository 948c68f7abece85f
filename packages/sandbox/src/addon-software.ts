import { POD_IDENTITY_AGENT } from "./aws/eks/addon-catalog.ts";
import type { KubeObject } from "./kubernetes/model/object.ts";

const NAMESPACE = "kube-system";
const LABELS = {
  "app.kubernetes.io/name": POD_IDENTITY_AGENT,
  "app.kubernetes.io/instance": POD_IDENTITY_AGENT,
};

/** Where an add-on's pods are found. */
export const AGENT_PODS = { namespace: NAMESPACE, labels: LABELS };

/** What an add-on makes in the cluster; of the others nothing is emulated. */
export function softwareOf(addon: string, region: string): readonly KubeObject[] {
  return addon === POD_IDENTITY_AGENT ? [agentDaemonSet(region)] : [];
}

/** Source: aws/eks-pod-identity-agent, charts/eks-pod-identity-agent. */
function agentDaemonSet(region: string): KubeObject {
  const image = `602401143452.dkr.ecr.${region}.amazonaws.com/eks/eks-pod-identity-agent:v0.1.33`;
  const excluded = {
    key: "eks.amazonaws.com/compute-type",
    operator: "NotIn",
    values: ["fargate", "auto", "hybrid"],
  };
  const linux = { key: "kubernetes.io/os", operator: "In", values: ["linux"] };
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [linux, excluded] }],
      },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: POD_IDENTITY_AGENT, namespace: NAMESPACE, labels: LABELS },
    spec: {
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
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
