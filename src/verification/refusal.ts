import type { Failure } from "../model/failure.ts";
import type { Observed } from "./observed.ts";
import type { Seen } from "../model/known.ts";

/**
 * Why nothing of a chain can be verified: the cluster's description, the ServiceAccount, or all of IAM could not be read.
 * `undefined` where enough was read to tell something; a single denied read is one unknown link.
 */
export function refusalOf({ cluster, serviceAccount, provider, role }: Observed): Failure | undefined {
  return failureIn(cluster) ?? failureIn(serviceAccount) ?? (failureIn(provider) && failureIn(role));
}

function failureIn(sight: Seen<unknown>): Failure | undefined {
  return sight.state === "unknown" ? sight.failure : undefined;
}
