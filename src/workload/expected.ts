import type { Cluster } from "../model/cluster.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { AUDIENCE_ANNOTATION, ROLE_ANNOTATION, type ServiceAccount } from "../model/kubernetes-objects.ts";
import type { Expected } from "./pod-problems.ts";

/** What pods of the ServiceAccount get when they are made now; `undefined` for a ServiceAccount that names no role. */
export function expectedOf(serviceAccount: ServiceAccount, cluster: Cluster): Expected | undefined {
  const role = serviceAccount.annotations[ROLE_ANNOTATION] ?? "";
  if (role === "") return undefined;
  return {
    role,
    audience: serviceAccount.annotations[AUDIENCE_ANNOTATION] ?? DEFAULT_AUDIENCE,
    regionNeeded: cluster.partition === "aws-cn",
    tokensForRootAlone: /^1\.(\d|1[0-8])$/.test(cluster.version),
  };
}
