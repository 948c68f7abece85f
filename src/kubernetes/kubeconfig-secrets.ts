import type { KubeConfig } from "@kubernetes/client-node";
import { keepSecret, keepSecretsOf } from "../model/secrets.ts";

/** Tells of all secrets in a kubeconfig, of its other contexts too. */
export function keepSecretsIn({ users, clusters }: KubeConfig): void {
  for (const { token, password, keyData, exec, authProvider } of users) {
    keepSecret(token, password, keyData, keyData && Buffer.from(keyData, "base64").toString("utf8"));
    const { env } = (exec ?? {}) as { env?: unknown };
    if (Array.isArray(env)) for (const one of env) keepSecretsOf(named(one));
    const { config } = (authProvider ?? {}) as { config?: unknown };
    if (typeof config === "object" && config !== null) keepSecretsOf({ ...config });
  }
  for (const { server, proxyUrl } of clusters) keepSecretsOf({ server, proxyUrl });
}

function named(variable: unknown): Record<string, unknown> {
  const { name, value } = (variable ?? {}) as { name?: unknown; value?: unknown };
  return typeof name === "string" ? { [name]: value } : {};
}
