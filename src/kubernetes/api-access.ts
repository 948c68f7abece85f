import type { OutgoingHttpHeaders } from "node:http";
import { Failure } from "../model/failure.ts";
import { extraCertificates } from "../network/certificates.ts";
import { proxyFor, requireProxy, withoutPassword } from "../network/proxy.ts";

/** What a request carries to say who makes it. */
export interface Credentials {
  readonly headers: OutgoingHttpHeaders;
  /** A client certificate and its key, in PEM. */
  readonly cert?: string;
  readonly key?: string;
}

/** Gives credentials that are good now; called for every request. */
export type CredentialSource = () => Promise<Credentials>;

/** A server, and what its certificate must be of. */
export interface ApiServer {
  readonly name: string;
  /** An URL. */
  readonly server: string;
  /** The authorities that may have signed its certificate; those that Node knows where there are none. */
  readonly caPem?: string;
  /** Further authorities, which are read where the certificate is of none of those. */
  readonly alsoTrusted?: () => readonly string[];
  readonly tlsServerName?: string;
  readonly skipTlsVerify: boolean;
  readonly proxy?: Proxy;
}

/** A proxy on the way to a server. */
export interface Proxy {
  readonly url: string;
  /** Who says so, as `proxy-url of …`. */
  readonly from: string;
}

/** How a kubeconfig's user is told, in a word. */
export type CredentialKind = "token" | "password" | "certificate" | "plugin" | "id-token";

/** Who the credentials are of: the AWS principal's, as EKS takes them, or those of a kubeconfig's user. */
export type Identity =
  | { readonly by: "aws" }
  | {
      readonly by: "kubeconfig";
      readonly user: string;
      readonly how: CredentialKind;
      /** The command that gives the credentials, with its arguments. */
      readonly command?: readonly string[];
    };

/** A way to a cluster's API: the server, how it is verified, and who we are to it. */
export interface ApiAccess {
  /** Of a kubeconfig; the cluster's name where EKS describes it. */
  readonly context: string;
  readonly cluster: ApiServer;
  readonly identity: Identity;
  readonly credentials: CredentialSource;
}

/** How EKS describes a cluster: enough to connect without any kubeconfig. */
export interface EksEndpoint {
  readonly name: string;
  readonly endpoint: string;
  readonly caPem: string;
  /** Gives a bearer token good for at least some minutes. */
  readonly token: () => Promise<string>;
}

/** EKS's tokens are good for 15 minutes; one is used for ten. */
const TOKEN_REUSE_MS = 10 * 60 * 1000;

/** The way to a cluster exactly as EKS describes it. */
export function eksAccess({ name, endpoint, caPem, token: fetchToken }: EksEndpoint): ApiAccess {
  let last: { token: Promise<string>; at: number } | undefined;
  return throughProxy({
    context: name,
    cluster: {
      name,
      server: endpoint,
      caPem,
      // Parsing a company's bundle takes longer than a call, and behind a proxy that intercepts TLS alone is it needed.
      alsoTrusted: extraCertificates,
      skipTlsVerify: false,
    },
    identity: { by: "aws" },
    async credentials() {
      if (last === undefined || Date.now() - last.at > TOKEN_REUSE_MS)
        last = { token: fetchToken(), at: Date.now() };
      return { headers: { Authorization: `Bearer ${await last.token}` } };
    },
  });
}

/** The same way, trusting these certificates alone. */
export function trustingOnly(access: ApiAccess, caPem: string): ApiAccess {
  const { alsoTrusted: _, ...cluster } = access.cluster;
  return { ...access, cluster: { ...cluster, caPem, skipTlsVerify: false } };
}

/** The same way through the environment's proxy, unless the kubeconfig names one. kubectl honors both. */
export function throughProxy(access: ApiAccess): ApiAccess {
  const { cluster } = access;
  if (cluster.proxy !== undefined) {
    requireProxy(cluster.proxy.url, cluster.proxy.from);
    return access;
  }
  const url = proxyFor(cluster.server);
  return url === "" ? access : { ...access, cluster: { ...cluster, proxy: { url, from: "HTTPS_PROXY" } } };
}

/** The server of an access as it is shown: its URL may hold a password. */
export function shownServer({ cluster }: ApiAccess): string {
  return withoutPassword(cluster.server);
}

/**
 * Refuses to send credentials, for reads too, to a server that nothing verifies: whoever answers there has them. Plain
 * HTTP is refused on loopback as well: what listens there, as kubectl proxy, tells nobody which cluster it leads to.
 * @throws Failure `unverified-tls`
 */
export function requireVerifiedTls(access: ApiAccess, file?: string): void {
  const { context, cluster } = access;
  const hasTls = /^https:\/\//i.test(cluster.server);
  if (hasTls && !cluster.skipTlsVerify) return;
  const what = hasTls ? "does not verify the server's certificate" : "connects without TLS";
  throw new Failure("refused", "unverified-tls", `this kubeconfig context ${what}`, {
    facts: [
      ["kubeconfig", file ?? "the default one"],
      ["context", context],
      ["server", shownServer(access)],
    ],
    advice: hasTls
      ? "Credentials could be sent to the wrong server. Replace insecure-skip-tls-verify with certificate-authority-data (and tls-server-name, for a tunnel), or omit --kubeconfig and --context to connect to the endpoint from EKS"
      : "Credentials could be sent to the wrong server. Use an https server, or omit --kubeconfig and --context to connect to the endpoint from EKS",
  });
}
