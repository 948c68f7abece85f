import { issuerOf } from "../model/trust-policy/request.ts";

/**
 * The region of an EKS cluster's provider; `undefined` for all others.
 * Source: the hosts that DescribeCluster gives in AWS's partitions, dual stack included.
 */
export function eksRegionOf(providerArn: string): string | undefined {
  return EKS_ISSUER.exec(issuerOf(providerArn))?.[1];
}

const EKS_ISSUER =
  /^oidc[.-]eks\.([a-z0-9-]+)\.(?:amazonaws\.com|api\.aws|api\.amazonwebservices)[a-z.]*\/id\/\w+$/;
