import type { LinkResult } from "../chain.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, fault, pass, skipped } from "../result.ts";
import { valueOf } from "../seen.ts";

/** The cluster has an issuer, which its tokens name. */
export function checkIssuer(observed: Observed): LinkResult {
  const cluster = valueOf(observed.cluster);
  if (cluster === undefined) return skipped("the cluster is not known");
  if (cluster.issuer !== undefined) return pass(cluster.issuer);
  const why = cluster.local
    ? "Local clusters on an Outpost have none: IRSA does not work with them"
    : "A cluster that is being created has none yet: wait until it is active";
  const evidence = { cluster: cluster.arn, status: cluster.status };
  return broken(fault("no-issuer", "the cluster has no OIDC issuer", evidence, advice(why)));
}
