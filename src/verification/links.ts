/** The links from cluster to credentials, in the order in which they are judged. */
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
