import type { Cluster } from "./cluster.ts";

/** How a client names an API server of Kubernetes, and the audiences that API servers take for their own. */
const NAMES =
  /^(https?:\/\/)?(kubernetes\.default(\.svc(\.[a-z0-9.-]+)?)?|kube-apiserver|api|apiserver)\.?(:\d+)?\/*$/;
/** Issuers and endpoints of EKS clusters, in whatever partition. */
const OF_EKS = [
  /^(https?:\/\/)?oidc[.-]eks\.[a-z0-9-]+\.[a-z0-9.-]+(:\d+)?\/id\/[a-z0-9]+\/*$/,
  /^(https?:\/\/)?[a-z0-9]+\.[a-z0-9]+\.[a-z0-9-]+\.eks\.amazonaws\.com(\.cn)?(:\d+)?\/*$/,
];

/**
 * True for an audience of tokens that are meant for an API server: every pod has such a token. A provider that accepts it
 * opens roles that don't pin `aud` to tokens that were never meant for AWS.
 * Source: Kubernetes, kube-apiserver (`--api-audiences`, the issuer unless set); EKS: `https://kubernetes.default.svc`.
 */
export function isApiAudience(audience: string, cluster?: Pick<Cluster, "issuer" | "endpoint">): boolean {
  const text = audience.trim().toLowerCase();
  if (NAMES.test(text) || OF_EKS.some((form) => form.test(text))) return true;
  return [cluster?.issuer, cluster?.endpoint].some((own) => own !== undefined && bare(own) === bare(text));
}

function bare(url: string): string {
  return url
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/:443(?=\/|$)/, "")
    .replace(/\/+$/, "");
}
