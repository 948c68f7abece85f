import type { IamPort } from "../aws/port.ts";
import { known, look, mapKnown, type Known } from "../model/known.ts";
import type { RoleArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { Provider } from "../model/iam-objects.ts";
import { providerArn } from "../model/issuer.ts";
import { trustsProvider } from "../model/trust-policy/trusts-provider.ts";

/** What exists of a provider that is to be deleted, and what relies on it. */
export interface ObservedRemoval {
  readonly cluster: ClusterWithIssuer;
  readonly provider: Provider | undefined;
  /** The roles of the AWS account that trust the provider. */
  readonly trusting: Known<readonly TrustingRole[]>;
}

/** A role that trusts the provider; one whose trust policy can't be read counts as doing so. */
export interface TrustingRole {
  readonly arn: RoleArn;
  readonly readable: boolean;
}

/**
 * Reads the provider, and if there is one every role of the AWS account.
 * @param needsRoles whether the roles decide; where they only inform, not being permitted to list them is not a failure
 */
export async function observeRemoval(
  iam: IamPort,
  cluster: ClusterWithIssuer,
  needsRoles: boolean,
): Promise<ObservedRemoval> {
  const arn = providerArn(cluster, cluster.issuer);
  const provider = await iam.getProvider(arn);
  if (provider === undefined) return { cluster, provider, trusting: known([]) };
  const roles = await look(
    () => iam.listRoles(),
    () => !needsRoles,
  );
  const trusting = mapKnown(roles, (all) =>
    all
      .filter(({ trust }) => trust === undefined || trustsProvider(trust, arn))
      .map((role) => ({ arn: role.arn, readable: role.trust !== undefined })),
  );
  return { cluster, provider, trusting };
}
