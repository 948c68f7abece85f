import { eksIssuerRegion } from "../model/partition.ts";
import { issuerOf } from "../model/trust-policy/request.ts";

/** The region of an EKS cluster's provider; `undefined` for all others. */
export function eksRegionOf(providerArn: string): string | undefined {
  return eksIssuerRegion(issuerOf(providerArn));
}
