import type { Cluster } from "../model/cluster.ts";
import type { ServiceAccount } from "../model/kubernetes-objects.ts";
import { annotatedRole, audienceOf } from "../model/service-account-facts.ts";
import type { Expected } from "./pod-problem.ts";

/** What new pods of the ServiceAccount get; `undefined` for a ServiceAccount without a role. */
export function expectedOf(serviceAccount: ServiceAccount, cluster: Cluster): Expected | undefined {
  const { kind, text: role } = annotatedRole(serviceAccount);
  if (kind === "none") return undefined;
  return {
    role,
    audience: audienceOf(serviceAccount),
    ...(serviceAccount.annotatedAt !== undefined && { annotatedAt: serviceAccount.annotatedAt }),
    regionNeeded: cluster.partition !== "aws",
    tokensForRootAlone: /^1\.(\d|1[0-8])$/.test(cluster.version),
  };
}
