import type { ApiAccess, ApiServer } from "../api-access.ts";
import type { ChosenContext } from "./choose.ts";
import { credentialsOf } from "./credentials.ts";
import type { ClusterEntry, UserEntry } from "./entries.ts";
import { kubeconfigFailure, pemOf, requireCertificates } from "./read-credential.ts";

/**
 * The way that a context describes, its files read. What kubectl refuses is refused, each with its own cause.
 * Source: client-go, tools/clientcmd/validation.go.
 * @throws Failure `kubeconfig`
 */
export function accessBy({ context, cluster, user }: ChosenContext): ApiAccess {
  const server = serverOf(cluster, user);
  return { context: context.name, cluster: server, ...credentialsOf(user, server, cluster.pluginConfig) };
}

function serverOf(cluster: ClusterEntry, user: UserEntry): ApiServer {
  const { name, skipTlsVerify, tlsServerName, proxyUrl, caFile, caData } = cluster;
  const fields = {
    field: "certificate-authority",
    data: caData,
    file: caFile,
    whose: `cluster '${name}'`,
  };
  const caPem = pemOf(fields);
  if (caPem !== undefined) requireCertificates(caPem, fields);
  const hasTls =
    caPem !== undefined || skipTlsVerify || user.certFile !== undefined || user.certData !== undefined;
  return {
    name,
    server: urlOf(cluster, hasTls),
    skipTlsVerify,
    ...(caPem !== undefined && { caPem }),
    ...(tlsServerName !== undefined && { tlsServerName }),
    ...(proxyUrl !== undefined && {
      proxy: { url: proxyUrl, from: `proxy-url of the cluster '${name}' in the kubeconfig` },
    }),
  };
}

/** A host alone is called by https where there is a sign of TLS, as kubectl does. Source: client-go, `DefaultServerURL`. */
function urlOf({ name, server }: ClusterEntry, hasTls: boolean): string {
  if (server === undefined) throw kubeconfigFailure(`the cluster '${name}' in the kubeconfig has no server`);
  const url = server.includes("://") ? server : `${hasTls ? "https" : "http"}://${server}`;
  if (!URL.canParse(url))
    throw kubeconfigFailure(
      `the server of the cluster '${name}' in the kubeconfig is not a valid URL`,
      "Use https://HOST:6443",
    );
  return url.replace(/\/$/, "");
}
