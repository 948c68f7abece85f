import type { ServiceAccountRef } from "../model/service-account-ref.ts";

/**
 * A small pod with the ServiceAccount that no policy should have anything against: it meets the Pod Security Standard
 * `restricted` and names requests and limits, for quotas. It is never kept, so its image is never fetched.
 */
export function probePod({ namespace, name }: ServiceAccountRef): object {
  const resources = { cpu: "1m", memory: "1Mi" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, generateName: "irsa-verify-" },
    spec: {
      serviceAccountName: name,
      restartPolicy: "Never",
      securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "probe",
          image: "registry.k8s.io/pause:3.10",
          resources: { requests: resources, limits: resources },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  };
}
