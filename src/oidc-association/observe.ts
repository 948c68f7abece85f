import type { IamPort } from "../aws/port.ts";
import type { ProviderArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import type { Provider } from "../model/iam-objects.ts";
import { providerArn } from "../model/issuer.ts";
import { recoverFailure } from "../model/recover-failure.ts";

/** What exists of the cluster's provider. */
export interface ObservedAssociation {
  readonly cluster: ClusterWithIssuer;
  readonly provider: Provider | undefined;
  /** Providers for the same issuer id under another host; empty too where listing is not permitted. */
  readonly lookalikes: readonly ProviderArn[];
}

/** Reads the provider (required) and similar ones (advisory) concurrently. */
export async function observeAssociation(
  iam: IamPort,
  cluster: ClusterWithIssuer,
): Promise<ObservedAssociation> {
  const arn = providerArn(cluster, cluster.issuer);
  const [provider, all] = await Promise.all([
    iam.getProvider(arn),
    recoverFailure(
      () => iam.listProviders(),
      () => [],
    ),
  ]);
  const id = cluster.issuer.slice(cluster.issuer.lastIndexOf("/"));
  return { cluster, provider, lookalikes: all.filter((one) => one !== arn && one.endsWith(id)) };
}
