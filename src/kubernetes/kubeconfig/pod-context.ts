import { existsSync } from "node:fs";
import { isIPv6 } from "node:net";
import type { ChosenContext } from "./choose.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * How a pod reaches its own cluster, with the token of its ServiceAccount; `undefined` outside of pods.
 * Source: Kubernetes docs, "Accessing the Kubernetes API from a Pod".
 */
export function podContext(): ChosenContext | undefined {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = process.env;
  const tokenFile = `${FOLDER}/token`;
  if (host === "" || port === "" || !existsSync(tokenFile)) return undefined;
  const name = "in-cluster";
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return {
    context: { name, file: FOLDER, cluster: name, user: name },
    cluster: { name, server, caFile: `${FOLDER}/ca.crt`, skipTlsVerify: false },
    user: { name, tokenFile, impersonate: { groups: [], extra: {} } },
  };
}
