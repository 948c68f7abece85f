import { existsSync } from "node:fs";
import { isIPv6 } from "node:net";
import type { ChosenContext } from "./choose.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What the context of a pod is called. */
export const POD_CONTEXT = "in-cluster";

/**
 * How a pod reaches its own cluster, with the token of its ServiceAccount; `undefined` outside of pods.
 * Source: Kubernetes docs, "Accessing the Kubernetes API from a Pod".
 */
export function podContext(): ChosenContext | undefined {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = process.env;
  const tokenFile = `${FOLDER}/token`;
  if (host === "" || port === "" || !existsSync(tokenFile)) return undefined;
  const name = POD_CONTEXT;
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return {
    context: { name, file: FOLDER, cluster: name, user: name },
    cluster: { name, server, caFile: `${FOLDER}/ca.crt`, skipTlsVerify: false },
    user: { name, tokenFile, impersonate: { groups: [], extra: {} } },
  };
}
