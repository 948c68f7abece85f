import { json } from "node:stream/consumers";
import { listenHttps } from "../kubernetes/https.ts";
import { issueServerCertificate, type CertificateWithKey } from "../tls.ts";
import type { AccessEntry } from "./access-entry.ts";
import { verifyBearerToken } from "./bearer-token.ts";
import type { KeyRing, Principal } from "./principals.ts";

/** What the reviewer knows. */
export interface TokenReviewOptions {
  readonly authority: CertificateWithKey;
  /** The access entries of a cluster. */
  readonly accessEntries: (cluster: string) => readonly AccessEntry[];
  /** `host[:port]` of every STS endpoint that tokens may be presigned for. */
  readonly stsHosts: ReadonlySet<string>;
  readonly keys: KeyRing;
}

/** A running reviewer. */
export interface TokenReviewer {
  /** Where a cluster's API server posts its reviews (the `server` of its webhook kubeconfig). */
  url(cluster: string): string;
  readonly caPem: string;
  readonly stop: () => Promise<void>;
}

/** The status of a review. Source: Kubernetes API, authentication.k8s.io/v1 TokenReview. */
export interface TokenReviewStatus {
  readonly authenticated: boolean;
  readonly user?: { readonly username: string; readonly uid: string; readonly groups: readonly string[] };
  readonly error?: string;
}

/**
 * Serves TokenReviews for `--authentication-token-webhook-config-file`, one path for each cluster, as the authenticator on
 * EKS's control plane does. Source: Kubernetes, "Webhook Token Authentication".
 */
export async function startTokenReviewer(options: TokenReviewOptions): Promise<TokenReviewer> {
  const certificate = await issueServerCertificate(options.authority, ["127.0.0.1", "localhost"]);
  const { url, stop } = await listenHttps({
    certificate,
    async handle(request, response) {
      const cluster = decodeURIComponent(/^\/clusters\/([^/?]+)/.exec(request.url ?? "")?.[1] ?? "");
      const review = (await json(request)) as TokenReview;
      const status = reviewToken(review.spec?.token ?? "", cluster, options);
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ ...review, status }));
    },
  });
  const caPem = options.authority.certificatePem;
  return { url: (cluster) => `${url}/clusters/${encodeURIComponent(cluster)}`, caPem, stop };
}

interface TokenReview {
  readonly spec?: { readonly token?: string };
}

/** Judges one token for one cluster; a principal without access entry is not authenticated. */
export function reviewToken(
  token: string,
  cluster: string,
  options: Pick<TokenReviewOptions, "accessEntries" | "stsHosts" | "keys">,
): TokenReviewStatus {
  const verified = verifyBearerToken(token, {
    cluster,
    hosts: options.stsHosts,
    keys: options.keys,
    now: Date.now(),
  });
  if (!verified.ok) return { authenticated: false, error: verified.reason };
  const { principal } = verified;
  const arns = new Set([principal.arn, roleArnOf(principal)]);
  const entry = options.accessEntries(cluster).find(({ principalArn }) => arns.has(principalArn));
  if (entry === undefined) return { authenticated: false, error: `${principal.arn} has no access entry` };
  const { username = principal.arn, groups } = entry;
  return { authenticated: true, user: { username, uid: principal.userId, groups } };
}

/** The ARN of the role behind a session (its path is not in the session's ARN); a user's stays. */
function roleArnOf({ arn }: Principal): string {
  return arn.replace(/^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\/.*$/, "arn:$1:iam::$2:role/$3");
}
