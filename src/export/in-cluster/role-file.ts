import { inClusterPolicy } from "../../permissions/in-cluster.ts";
import type { InCluster } from "./input.ts";
import { runOf } from "./manifests.ts";

/** A file for `irsa apply -f`: the role of irsa itself, with the least rights that it needs, and its ServiceAccount. */
export function roleFile(input: InCluster): object {
  const { cluster, serviceAccount } = input;
  const { partition, region, awsAccount: account, name } = cluster;
  return {
    apiVersion: "eksctl.io/v1alpha5",
    kind: "ClusterConfig",
    metadata: { name, region },
    iam: {
      withOIDC: true,
      serviceAccounts: [
        {
          metadata: { namespace: serviceAccount.namespace, name: serviceAccount.name },
          attachPolicy: inClusterPolicy(runOf(input), { partition, region, account, cluster: name }),
        },
      ],
    },
  };
}
