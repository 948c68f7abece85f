import { dirname, isAbsolute, join } from "node:path";
import { readYaml } from "../../syntax/yaml.ts";
import type {
  ClusterEntry,
  ContextEntry,
  ExecPlugin,
  Impersonation,
  KubeconfigFile,
  UserEntry,
} from "./entries.ts";
import { base64At, filled, flagAt, listAt, objectAt, textAt, textsAt, Wrong, type Json } from "./fields.ts";

/**
 * Reads the text of one kubeconfig as kubectl does: what is absent, null or empty is nothing, unknown fields are ignored,
 * a value of another type is an error wherever it is. What an entry lacks matters once it is used.
 * Source: Kubernetes reference, "kubeconfig (v1)".
 * @param file the path, from whose folder the paths in it count
 * @throws Wrong
 */
export function parseKubeconfig(text: string, file: string): KubeconfigFile {
  const config = objectAt(documentOf(text), "a kubeconfig");
  requireKind(config);
  const currentContext = textAt(config, "current-context", "");
  return {
    ...(currentContext !== "" && { currentContext: { name: currentContext, file } }),
    contexts: entriesAt(config, "contexts", (entry, path) => contextOf(entry, path, file)),
    clusters: entriesAt(config, "clusters", (entry, path) => clusterOf(entry, path, file)),
    users: entriesAt(config, "users", (entry, path) => userOf(entry, path, file)),
  };
}

/** The first document: kubectl does not look at others. */
function documentOf(text: string): unknown {
  const read = readYaml(text, { merge: true });
  if (!read.ok) {
    const [{ line, column, message }] = read.problems;
    throw new Wrong(`${message} (line ${line}, column ${column})`);
  }
  const value: unknown = read.file.documents[0]?.toJS({ maxAliasCount: -1 });
  if (typeof value === "object" || value === undefined) return value;
  throw new Wrong("is not a kubeconfig");
}

function requireKind(config: Json): void {
  const [apiVersion, kind] = [textAt(config, "apiVersion", ""), textAt(config, "kind", "")];
  if (!["", "v1"].includes(apiVersion)) throw new Wrong("is not a kubeconfig: its apiVersion is not v1");
  if (!["", "Config"].includes(kind)) throw new Wrong("is not a kubeconfig: its kind is not Config");
}

type Named = { readonly name: string };

function entriesAt<T extends Named>(
  config: Json,
  field: string,
  read: (entry: Json, path: string) => T,
): ReadonlyMap<string, T> {
  const entries = new Map<string, T>();
  for (const [at, value] of listAt(config, field, "").entries()) {
    const path = `${field}[${at}]`;
    const entry = read(objectAt(value, path), path);
    if (entries.has(entry.name)) throw new Wrong(`${path}.name is used more than once in ${field}`);
    entries.set(entry.name, entry);
  }
  return entries;
}

function contextOf(entry: Json, path: string, file: string): ContextEntry {
  const context = objectAt(entry["context"], `${path}.context`);
  const at = `${path}.context.`;
  textAt(context, "namespace", at);
  return {
    name: textAt(entry, "name", `${path}.`),
    file,
    cluster: textAt(context, "cluster", at),
    user: textAt(context, "user", at),
  };
}

function clusterOf(entry: Json, path: string, file: string): ClusterEntry {
  const cluster = objectAt(entry["cluster"], `${path}.cluster`);
  const at = `${path}.cluster.`;
  const pluginConfig = pluginConfigOf(cluster, at);
  return {
    name: textAt(entry, "name", `${path}.`),
    skipTlsVerify: flagAt(cluster, "insecure-skip-tls-verify", at),
    ...(pluginConfig !== undefined && { pluginConfig }),
    ...filled({
      server: textAt(cluster, "server", at),
      caFile: pathAt(cluster, "certificate-authority", at, file),
      caData: base64At(cluster, "certificate-authority-data", at),
      tlsServerName: textAt(cluster, "tls-server-name", at),
      proxyUrl: textAt(cluster, "proxy-url", at),
    }),
  };
}

/** Source: client-go, `clusterExtensionKey`. */
function pluginConfigOf(cluster: Json, path: string): unknown {
  const extensions = listAt(cluster, "extensions", path).map((one, at) =>
    objectAt(one, `${path}extensions[${at}]`),
  );
  return extensions.find(({ name }) => name === "client.authentication.k8s.io/exec")?.["extension"];
}

function userOf(entry: Json, path: string, file: string): UserEntry {
  const user = objectAt(entry["user"], `${path}.user`);
  const at = `${path}.user.`;
  const exec = execOf(user["exec"], `${at}exec`, file);
  const authProvider = authProviderOf(user["auth-provider"], `${at}auth-provider`);
  return {
    name: textAt(entry, "name", `${path}.`),
    impersonate: impersonationOf(user, at),
    ...(exec !== undefined && { exec }),
    ...(authProvider !== undefined && { authProvider }),
    ...filled({
      token: textAt(user, "token", at),
      tokenFile: pathAt(user, "tokenFile", at, file),
      username: textAt(user, "username", at),
      password: textAt(user, "password", at),
      certFile: pathAt(user, "client-certificate", at, file),
      certData: base64At(user, "client-certificate-data", at),
      keyFile: pathAt(user, "client-key", at, file),
      keyData: base64At(user, "client-key-data", at),
    }),
  };
}

function impersonationOf(user: Json, path: string): Impersonation {
  const extra = objectAt(user["as-user-extra"], `${path}as-user-extra`);
  const keys = Object.keys(extra);
  return {
    groups: textsAt(user, "as-groups", path),
    extra: Object.fromEntries(keys.map((key) => [key, textsAt(extra, key, `${path}as-user-extra.`)])),
    ...filled({ user: textAt(user, "as", path), uid: textAt(user, "as-uid", path) }),
  };
}

function execOf(value: unknown, path: string, file: string): ExecPlugin | undefined {
  if (value === undefined || value === null) return undefined;
  const exec = objectAt(value, path);
  const at = `${path}.`;
  const command = textAt(exec, "command", at);
  return {
    // One without a separator is found in PATH.
    command: /[\\/]/.test(command) ? fromFolderOf(file, command) : command,
    args: textsAt(exec, "args", at),
    env: listAt(exec, "env", at).map((one, index) => {
      const variable = objectAt(one, `${at}env[${index}]`);
      return {
        name: textAt(variable, "name", `${at}env[${index}].`),
        value: textAt(variable, "value", `${at}env[${index}].`),
      };
    }),
    apiVersion: textAt(exec, "apiVersion", at),
    provideClusterInfo: flagAt(exec, "provideClusterInfo", at),
    ...filled({
      installHint: textAt(exec, "installHint", at),
      interactiveMode: textAt(exec, "interactiveMode", at),
    }),
  };
}

function authProviderOf(value: unknown, path: string): UserEntry["authProvider"] {
  if (value === undefined || value === null) return undefined;
  const provider = objectAt(value, path);
  const config = objectAt(provider["config"], `${path}.config`);
  const values = Object.keys(config).map((key) => [key, textAt(config, key, `${path}.config.`)] as const);
  return { name: textAt(provider, "name", `${path}.`), config: Object.fromEntries(values) };
}

function pathAt(object: Json, field: string, path: string, file: string): string {
  const value = textAt(object, field, path);
  return value === "" ? "" : fromFolderOf(file, value);
}

function fromFolderOf(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}
