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

/** The CA certificates of the configuration's current cluster, as PEM; empty where it trusts the system's. */
export function authorityOf(config: KubeConfig): string {
  const cluster = config.getCurrentCluster();
  return cluster?.caData ? Buffer.from(cluster.caData, "base64").toString("utf8") : "";
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
