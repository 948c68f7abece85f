import { randomBytes } from "node:crypto";

/** A new issuer as EKS makes them: 32 hexadecimal digits at the region's OIDC host. */
export function newIssuer(region: string): string {
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://oidc.eks.${region}.${suffix}/id/${randomBytes(16).toString("hex").toUpperCase()}`;
}
