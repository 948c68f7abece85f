import { isOfEndpoint } from "../../../model/api-endpoint.ts";
import { Failure, isFailure } from "../../../model/failure.ts";
import type { ClusterWithIssuer } from "../../../model/cluster.ts";
import type { AwsSession } from "./session.ts";

/** Runs, and adds to failures of the cluster's API what only EKS knows: who we are to it, from where it may be reached. */
export async function clarified<T>(
  session: Pick<AwsSession, "caller" | "cluster">,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isFailure(error, "unauthorized")) throw withFacts(error, [["principal", session.caller.arn]]);
    if (isFailure(error, "unreachable") && session.cluster && isOfEndpoint(error, session.cluster))
      throw withFacts(error, accessFacts(session.cluster));
    throw error;
  }
}

function accessFacts({ access }: ClusterWithIssuer): [string, string][] {
  const open = access.public
    ? `public, from ${access.publicCidrs.join(", ") || "anywhere"}`
    : "private, from the cluster's VPC only";
  return [["endpoint", access.public && access.private ? `${open}; and private` : open]];
}

function withFacts(failure: Failure, facts: readonly (readonly [string, string])[]): Failure {
  const { kind, code, message, detail } = failure;
  return new Failure(kind, code, message, {
    ...detail,
    facts: [...(detail.facts ?? []), ...facts],
    cause: failure,
  });
}
