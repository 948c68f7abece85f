import { randomBytes } from "node:crypto";
import { eksIssuerHost } from "irsa-model/partition.ts";

/** A new issuer as EKS makes them: 32 hexadecimal digits at the region's OIDC host. */
export function newIssuer(region: string): string {
  return `https://${eksIssuerHost(region)}/id/${randomBytes(16).toString("hex").toUpperCase()}`;
}
