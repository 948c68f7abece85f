import { bindManifests, type BoundManifests } from "../../src/manifests/bind-manifests.ts";
import { readManifests } from "../../src/manifests/read-manifests.ts";
import type { NamespaceName, ServiceAccountName } from "../../src/model/service-account-ref.ts";
import { parseWorkloadName, type WorkloadName } from "../../src/model/workload-name.ts";

/** The ServiceAccount of these tests, in namespace `shop`. */
export const SERVICE_ACCOUNT = "cloudwatch-agent";

/** A manifest file bound to a ServiceAccount of namespace `shop`; it is an error if it can't be read. */
export function bound(
  text: string,
  {
    serviceAccount = SERVICE_ACCOUNT,
    workloads = [],
  }: { serviceAccount?: string; workloads?: readonly string[] } = {},
): BoundManifests {
  const read = readManifests(text);
  if (!read.ok) throw new Error(read.problem);
  return bindManifests(read.value, {
    serviceAccount: { namespace: "shop" as NamespaceName, name: serviceAccount as ServiceAccountName },
    workloads: workloads.map(workloadNamed),
  });
}

function workloadNamed(text: string): WorkloadName {
  const parsed = parseWorkloadName(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}
