/** The links from cluster to credentials by IRSA, in the order in which they are checked. */
export const IRSA_LINKS = [
  "cluster",
  "issuer",
  "provider",
  "service-account",
  "role",
  "trust-policy",
  "permissions",
  "webhook",
  "workload",
  "pod",
  "token",
  "sts",
] as const;

/** The same by EKS Pod Identity. */
export const POD_IDENTITY_LINKS = [
  "cluster",
  "association",
  "agent",
  "service-account",
  "role",
  "trust-policy",
  "target-role",
  "session-policy",
  "permissions",
  "webhook",
  "workload",
  "pod",
  "token",
  "exchange",
] as const;

/** A link, by its name in JSON. */
export type LinkName = (typeof IRSA_LINKS)[number] | (typeof POD_IDENTITY_LINKS)[number];

/** The label of a link in text, for example `ServiceAccount` or `trust policy`. */
export function linkLabel(link: LinkName): string {
  return link === "service-account" ? "ServiceAccount" : link.replace("-", " ");
}
