import type { Cluster } from "./cluster.ts";
import { DNS_SUFFIXES, DUAL_STACK_SUFFIXES } from "./partition.ts";

/** The audience of EKS's API servers: of tokens that are asked for without one. Source: EKS, `--api-audiences`. */
export const API_SERVER_AUDIENCE = "https://kubernetes.default.svc";

/** How a client names an API server of Kubernetes, and the audiences that API servers take for their own. */
const NAMES = new Set(["kubernetes.default", "kubernetes.default.svc", "kube-apiserver", "apiserver", "api"]);
/** The Service of the API server, with a cluster domain. */
const IN_CLUSTER = "kubernetes.default.svc.";
/**
 * Endpoints and issuers of EKS clusters, in whatever partition: `ID.gr7.REGION.eks.amazonaws.com`, dual stack
 * `ID.eks-cluster.REGION.api.aws`, `oidc.eks.REGION.amazonaws.com/id/ID`. Not `pods.eks.amazonaws.com`, which no API
 * server takes. Source: Amazon EKS User Guide, "Cluster API server endpoint".
 */
const OF_EKS = [
  new RegExp(`(\\.[^./]+){2}\\.eks\\.(${DNS_SUFFIXES})`),
  new RegExp(`\\.eks-cluster\\..+\\.(${DUAL_STACK_SUFFIXES})`),
  /^oidc[.-]eks\..+\/id\/./,
];

/**
 * True for an audience of tokens that are meant for an API server: every pod has such a token. A provider that accepts it
 * opens roles that don't pin `aud` to tokens that were never meant for AWS.
 * Source: Kubernetes, kube-apiserver (`--api-audiences`, the issuer unless set); EKS: `https://kubernetes.default.svc`.
 */
export function isApiAudience(audience: string, cluster?: Pick<Cluster, "issuer" | "endpoint">): boolean {
  const address = addressOf(audience);
  if (NAMES.has(address) || address.startsWith(IN_CLUSTER)) return true;
  if (OF_EKS.some((form) => form.test(address))) return true;
  return [cluster?.issuer, cluster?.endpoint].some((own) => own !== undefined && addressOf(own) === address);
}

/** What a URL names, however it is spelled: host and path without scheme, port, and what may be at their ends. */
function addressOf(url: string): string {
  return url
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\.?(:\d+)?(?=\/|$)/, "")
    .replace(/\/+$/, "");
}
