import { KubeConfig, type Cluster, type User } from "@kubernetes/client-node";
import { Failure } from "../model/failure.ts";
import { extraCertificates } from "../network/certificates.ts";
import { loadKubeconfig, withFilesRead } from "./load-kubeconfig.ts";
import { proxyFor, requireProxy } from "../network/proxy.ts";
import { keepSecretsIn } from "./kubeconfig-secrets.ts";

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

/** The kube client's configuration for a cluster exactly as EKS describes it. */
export function eksKubeConfig(eks: EksEndpoint): KubeConfig {
  const config = new KubeConfig();
  config.addAuthenticator(eksAuthenticator(eks.token));
  const user = { name: "eks", authProvider: { name: "eks" } } satisfies User;
  const cluster = { ...authority([eks.caPem, ...extraCertificates()]), name: eks.name, server: eks.endpoint };
  config.loadFromClusterAndUser(withProxy({ ...cluster, skipTLSVerify: false }), user);
  return config;
}

/**
 * A context of the user's kubeconfig that may be connected by.
 * @throws Failure `unverified-tls`
 */
export function connectableKubeConfig(file: string | undefined, context: string | undefined): KubeConfig {
  const config = userKubeConfig(file, context);
  requireVerifiedTls(config, file);
  return config;
}

/**
 * Refuses to send credentials, for reads too, to a server that nothing verifies: whoever answers there has them. Plain
 * HTTP is refused on loopback as well: what listens there, as kubectl proxy, tells nobody which cluster it leads to.
 * @throws Failure `unverified-tls`
 */
export function requireVerifiedTls(config: KubeConfig, file?: string): void {
  const cluster = config.getCurrentCluster();
  const hasTls = /^https:\/\//i.test(cluster?.server ?? "");
  if (hasTls && cluster?.skipTLSVerify !== true) return;
  const what = hasTls ? "does not verify the server's certificate" : "connects without TLS";
  throw new Failure("refused", "unverified-tls", `this kubeconfig context ${what}`, {
    facts: [
      ["kubeconfig", file ?? "the default one"],
      ["context", config.getCurrentContext()],
      ["server", cluster?.server ?? ""],
    ],
    advice: hasTls
      ? "Its credentials would go to whoever answers. Replace insecure-skip-tls-verify by certificate-authority-data (and tls-server-name, through a tunnel), or leave out --kubeconfig and --context to connect as EKS describes the cluster"
      : "Its credentials would go to whoever answers. Use an https server, or leave out --kubeconfig and --context to connect as EKS describes the cluster",
  });
}

/** The configuration of a context of the user's kubeconfig; without names, kubectl's own choice. */
export function userKubeConfig(file: string | undefined, context: string | undefined): KubeConfig {
  const config = loadKubeconfig(file);
  keepSecretsIn(config);
  if (context !== undefined) {
    const names = config.getContexts().map(({ name }) => name);
    if (!names.includes(context)) {
      const advice = names.length === 0 ? "The kubeconfig has no contexts" : `It has: ${names.join(", ")}`;
      throw new Failure("input", "no-context", `--context '${context}': the kubeconfig has no such context`, {
        advice,
      });
    }
    config.setCurrentContext(context);
  }
  if (config.getCurrentCluster() === null) {
    throw new Failure("input", "no-context", "the kubeconfig has no current context", {
      advice: "Choose one with --context",
    });
  }
  withFilesRead(config);
  keepSecretsIn(config);
  return config;
}

/** The same configuration, trusting these certificates alone. */
export function trustingOnly(config: KubeConfig, caPem: string): KubeConfig {
  return replaceCluster(config, (cluster) => {
    const { caFile: _, ...rest } = cluster;
    return { ...rest, ...authority([caPem]), skipTLSVerify: false };
  });
}

/** The same configuration with the environment's proxy, unless the kubeconfig names one. */
export function throughProxy(config: KubeConfig): KubeConfig {
  return replaceCluster(config, (cluster) => cluster);
}

function replaceCluster(config: KubeConfig, edit: (cluster: Cluster) => Cluster): KubeConfig {
  const current = config.getCurrentCluster();
  const copy = new KubeConfig();
  copy.loadFromOptions({
    clusters: config.clusters.map((one) => (one === current ? withProxy(edit(one)) : one)),
    users: config.users,
    contexts: config.contexts,
    currentContext: config.currentContext,
  });
  return copy;
}

function authority(pems: readonly string[]): { caData: string } {
  return { caData: Buffer.from(pems.join("\n")).toString("base64") };
}

/** kubectl honours HTTPS_PROXY and NO_PROXY; the kube client knows only a kubeconfig's proxy-url. */
function withProxy(cluster: Cluster): Cluster {
  const proxyUrl = cluster.proxyUrl
    ? requireProxy(cluster.proxyUrl, `proxy-url of the cluster '${cluster.name}' in the kubeconfig`)
    : proxyFor(cluster.server);
  return proxyUrl === "" ? cluster : { ...cluster, proxyUrl };
}

function eksAuthenticator(fetchToken: () => Promise<string>): Parameters<KubeConfig["addAuthenticator"]>[0] {
  let last: { token: Promise<string>; at: number } | undefined;
  return {
    isAuthProvider: (user) => (user.authProvider as { name?: unknown } | undefined)?.name === "eks",
    async applyAuthentication(_user, options) {
      if (last === undefined || Date.now() - last.at > TOKEN_REUSE_MS)
        last = { token: fetchToken(), at: Date.now() };
      options.headers = { ...options.headers, Authorization: `Bearer ${await last.token}` };
    },
  };
}
