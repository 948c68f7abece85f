import type { IamPort } from "../aws/port.ts";
import type { RoleArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { isFailure } from "../model/failure.ts";
import type { Provider } from "../model/iam-objects.ts";
import { providerArn } from "../model/issuer.ts";
import { trustsProvider } from "../model/trust-policy/trusts-provider.ts";

/** What exists of a provider that is to be deleted, and what relies on it. */
export interface ObservedRemoval {
  readonly cluster: ClusterWithIssuer;
  readonly provider: Provider | undefined;
  /** The roles of the AWS account that trust the provider; `unknown` where they can't be listed. */
  readonly trusting: readonly TrustingRole[] | "unknown";
}

/** A role that trusts the provider; one whose trust policy can't be read counts as doing so. */
export interface TrustingRole {
  readonly arn: RoleArn;
  readonly readable: boolean;
}

/**
 * Reads the provider, and if there is one every role of the AWS account.
 * @param needsRoles whether the roles decide; where they only inform, not being permitted to list them is no failure
 */
export async function observeRemoval(
  iam: IamPort,
  cluster: ClusterWithIssuer,
  needsRoles: boolean,
): Promise<ObservedRemoval> {
  const arn = providerArn(cluster, cluster.issuer);
  const provider = await iam.getProvider(arn);
  if (provider === undefined) return { cluster, provider, trusting: [] };
  try {
    const roles = await iam.listRoles();
    const trusting = roles.filter(({ trust }) => trust === undefined || trustsProvider(trust, arn));
    const found = trusting.map((role) => ({ arn: role.arn, readable: role.trust !== undefined }));
    return { cluster, provider, trusting: found };
  } catch (error) {
    if (needsRoles || !isFailure(error)) throw error;
    return { cluster, provider, trusting: "unknown" };
  }
}
