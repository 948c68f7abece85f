import type { LinkResult } from "../chain.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, fault, pass, unknown, unseen } from "../result.ts";

/** The cluster exists and is not being deleted. */
export function checkCluster({ cluster }: Observed): LinkResult {
  if (cluster.state === "unknown") return unseen(cluster.failure);
  if (cluster.state === "unasked") return unknown("not read");
  const { name, version, status, arn } = cluster.value;
  if (status !== "DELETING" && status !== "FAILED") return pass(`${name}, Kubernetes ${version}`);
  const message = `the cluster is ${status}`;
  return broken(
    fault(
      "cluster-status",
      message,
      { cluster: arn, status },
      advice("Pods lose their tokens when the cluster is deleted"),
    ),
  );
}
