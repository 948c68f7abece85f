/** A cluster entry of a kubeconfig. Paths are absolute. */
export interface ClusterEntry {
  readonly name: string;
  readonly server?: string;
  readonly caFile?: string;
  /** Base64 of PEM. */
  readonly caData?: string;
  readonly tlsServerName?: string;
  readonly skipTlsVerify: boolean;
  readonly proxyUrl?: string;
  /** What the cluster has for credential plugins, where they ask for it. */
  readonly pluginConfig?: unknown;
}

/** Whom a request is made as. Source: Kubernetes, "User impersonation". */
export interface Impersonation {
  readonly user?: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** A command that gives credentials. Source: Kubernetes, "client-go credential plugins". */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly installHint?: string;
  readonly interactiveMode?: string;
  readonly provideClusterInfo: boolean;
}

/** A user entry of a kubeconfig. Paths are absolute. */
export interface UserEntry {
  readonly name: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly certFile?: string;
  readonly certData?: string;
  readonly keyFile?: string;
  readonly keyData?: string;
  readonly impersonate: Impersonation;
  readonly exec?: ExecPlugin;
  readonly authProvider?: { readonly name: string; readonly config: Readonly<Record<string, string>> };
}

/** A context: the names of a cluster and a user, each empty if missing. */
export interface ContextEntry {
  readonly name: string;
  readonly file: string;
  readonly cluster: string;
  readonly user: string;
}

/** What kubeconfig files have together, the first of a name winning. */
export interface Kubeconfig {
  /** The files that were read. */
  readonly files: readonly string[];
  /** The files that KUBECONFIG names, or the usual one, that do not exist. */
  readonly missing: readonly string[];
  /** Whether the files are those of KUBECONFIG. */
  readonly byVariable: boolean;
  readonly currentContext?: { readonly name: string; readonly file: string };
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
}

/** One file's part of it. */
export type KubeconfigFile = Pick<Kubeconfig, "currentContext" | "contexts" | "clusters" | "users">;
