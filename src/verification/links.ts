/** The links from cluster to credentials, in the order in which they are checked. */
export const LINKS = [
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

/** A link, by its name in JSON. */
export type LinkName = (typeof LINKS)[number];

/** The label of a link in text, for example `ServiceAccount` or `trust policy`. */
export function linkLabel(link: LinkName): string {
  return link === "service-account" ? "ServiceAccount" : link.replace("-", " ");
}
