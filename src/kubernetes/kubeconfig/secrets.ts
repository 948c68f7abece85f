import { keepSecret, keepSecretsOf } from "../../model/secrets.ts";
import type { ExecPlugin, Kubeconfig } from "./entries.ts";

/** Tells of all secrets in a kubeconfig, of its other contexts too. */
export function keepSecretsIn({ users, clusters }: Kubeconfig): void {
  for (const { token, password, keyData, exec, authProvider } of users.values()) {
    keepSecret(token, password);
    keepKey(keyData);
    if (exec !== undefined) keepSecretsOfPlugin(exec);
    if (authProvider !== undefined) keepSecretsOf(authProvider.config);
  }
  for (const { server, proxyUrl } of clusters.values()) keepSecretsOf({ server, proxyUrl });
}

/** Tells of a private key, by its base64. */
export function keepKey(base64: string | undefined): void {
  if (base64 !== undefined) keepSecret(base64, Buffer.from(base64, "base64").toString("utf8"));
}

/** Of its environment, and of its arguments, as `--client-secret=…`. */
function keepSecretsOfPlugin({ env, args }: ExecPlugin): void {
  for (const { name, value } of env) keepSecretsOf({ [name]: value });
  for (const [at, arg] of args.entries()) {
    const [, name, value] = /^--?([\w.-]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name !== undefined) keepSecretsOf({ [name]: value ?? args[at + 1] });
  }
}
