import { stringify } from "yaml";

/** A way into a cluster: a context of a kubeconfig, and its user. */
export interface ClusterAccess {
  /** Of the context; the cluster and the user are called so too. */
  readonly name: string;
  readonly server: string;
  readonly caPem: string;
  readonly token: string;
}

/** A kubeconfig with these contexts, the first one current. */
export function kubeconfig(ways: readonly ClusterAccess[]): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": ways[0]?.name,
    clusters: ways.map(({ name, server, caPem }) => ({
      name,
      cluster: { server, "certificate-authority-data": Buffer.from(caPem).toString("base64") },
    })),
    contexts: ways.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    users: ways.map(({ name, token }) => ({ name, user: { token } })),
  });
}
