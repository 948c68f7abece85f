import type { LinkResult } from "../chain.ts";
import type { Observed } from "../observed.ts";
import { advice, broken, fault, pass, skipped } from "../result.ts";
import { valueOf } from "../../model/known.ts";

/** The cluster has an OIDC issuer. */
export function checkIssuer(observed: Observed): LinkResult {
  const cluster = valueOf(observed.cluster);
  if (cluster === undefined) return skipped("the cluster is unknown");
  if (cluster.issuer !== undefined) return pass(cluster.issuer);
  const why = cluster.local
    ? "Local clusters on AWS Outposts have no OIDC issuer: IRSA does not work with them"
    : "Wait until the cluster is active";
  const evidence = { cluster: cluster.arn, status: cluster.status };
  return broken(fault("no-issuer", "the cluster has no OIDC issuer", evidence, advice(why)));
}
