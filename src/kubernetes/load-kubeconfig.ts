import { existsSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { findHomeDir, KubeConfig } from "@kubernetes/client-node";
import { readTextFileSync } from "../files/read-file.ts";
import { reasonOf } from "../files/reason.ts";
import { Failure } from "../model/failure.ts";
import { shownKey } from "../model/json.ts";
import { LIMITS } from "../model/limits.ts";
import { readYaml } from "../syntax/yaml.ts";

type Json = Readonly<Record<string, unknown>>;

/** A kubeconfig holds credentials: what is wrong with one is told by its place, never by its text. */
class Wrong extends Error {}

/**
 * Reads a kubeconfig, or without a file's name those that kubectl would read. The kube client reads files of any size
 * and kind, quotes lines of them in its errors and takes values of any type; here all of that is seen to before it.
 * @throws Failure `kubeconfig`
 */
export function loadKubeconfig(file: string | undefined): KubeConfig {
  const config = new KubeConfig();
  const [first, ...more] = file === undefined ? usualFiles() : [file];
  if (first === undefined) {
    loadElsewhere(config);
    return config;
  }
  loadFile(config, first, file);
  for (const one of more) {
    const other = new KubeConfig();
    loadFile(other, one, file);
    config.mergeConfig(other);
  }
  return config;
}

/**
 * The same configuration with what the current context's files hold (CA, client certificate, key) in their place, so that
 * the kube client opens none of them.
 * @throws Failure `kubeconfig`
 */
export function withFilesRead(config: KubeConfig): KubeConfig {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster?.caFile) {
    const { caFile, ...rest } = cluster;
    const read = { ...rest, caData: dataOf("certificate-authority", caFile) };
    config.clusters = config.clusters.map((one) => (one === cluster ? read : one));
  }
  if (user?.certFile || user?.keyFile) {
    const { certFile, keyFile, ...rest } = user;
    const read = {
      ...rest,
      ...(certFile && { certData: dataOf("client-certificate", certFile) }),
      ...(keyFile && { keyData: dataOf("client-key", keyFile) }),
    };
    config.users = config.users.map((one) => (one === user ? read : one));
  }
  const tokenFile: unknown = (user?.authProvider as { config?: { tokenFile?: unknown } } | null | undefined)
    ?.config?.tokenFile;
  // The kube client reads it again every minute, since it is renewed; that it can is seen here.
  if (typeof tokenFile === "string") contentOf("tokenFile", tokenFile);
  return config;
}

function dataOf(field: string, file: string): string {
  return Buffer.from(contentOf(field, file)).toString("base64");
}

function contentOf(field: string, file: string): string {
  try {
    return readTextFileSync(file, { maxBytes: LIMITS.credentialBytes });
  } catch (error) {
    throw failure(`the kubeconfig's ${field} '${file}' can't be read: ${reasonOf(error)}`);
  }
}

/** Source: Kubernetes docs, "Organizing Cluster Access Using kubeconfig Files". */
function usualFiles(): readonly string[] {
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((name) => name !== "");
  if (named.length > 0) return named;
  const home = findHomeDir();
  const usual = home === null ? undefined : join(home, ".kube", "config");
  return usual !== undefined && existsSync(usual) ? [usual] : [];
}

/** A pod's own ServiceAccount, or kubectl's last resort; no file of the user's. */
function loadElsewhere(config: KubeConfig): void {
  try {
    config.loadFromDefault();
  } catch {
    throw failure("--kubeconfig 'default': can't be read");
  }
}

function loadFile(config: KubeConfig, file: string, named: string | undefined): void {
  const name = named === undefined ? `the kubeconfig '${file}'` : `--kubeconfig '${file}'`;
  try {
    const checked = checkKubeconfig(
      readKubeconfig(readTextFileSync(file, { maxBytes: LIMITS.kubeconfigBytes })),
      file,
    );
    // As JSON, which is YAML, it reads the same to the kube client's own parser.
    config.loadFromString(JSON.stringify(checked));
    config.makePathsAbsolute(dirname(file));
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Wrong) throw failure(`${name}: ${error.message}`);
    throw failure(`${name}: can't be read: ${reasonOf(error)}`);
  }
}

function readKubeconfig(text: string): unknown {
  const read = readYaml(text, { merge: true });
  if (!read.ok) {
    const [{ line, column, message }] = read.problems;
    throw new Wrong(`${message} (line ${line}, column ${column})`);
  }
  const [document, second] = read.file.documents;
  if (second !== undefined) throw new Wrong("has more than one document");
  return document?.toJS({ maxAliasCount: -1 }) ?? {};
}

const CLUSTER_TEXTS = [
  "server",
  "certificate-authority",
  "certificate-authority-data",
  "tls-server-name",
  "proxy-url",
];
const USER_TEXTS = [
  "client-certificate",
  "client-certificate-data",
  "client-key",
  "client-key-data",
  "token",
  "token-file",
  "username",
  "password",
  "as",
];

/** Holds the fields that are used to their types. Source: Kubernetes reference, "kubeconfig (v1)". */
function checkKubeconfig(value: unknown, file: string): Json {
  const config = objectAt(value, "a kubeconfig");
  textsAt(config, "", ["current-context"]);
  return {
    ...config,
    clusters: entriesAt(config, "clusters", (cluster, path) => {
      const inner = objectAt(cluster["cluster"], `${path}.cluster`);
      textsAt(inner, `${path}.cluster.`, CLUSTER_TEXTS);
      if (inner["server"] === undefined || inner["server"] === null)
        throw new Wrong(`${path}.cluster.server is missing`);
      return { ...cluster, cluster: inner };
    }),
    contexts: entriesAt(config, "contexts", (context, path) => {
      textsAt(objectAt(context["context"], `${path}.context`), `${path}.context.`, [
        "cluster",
        "user",
        "namespace",
      ]);
      return context;
    }),
    users: entriesAt(config, "users", (user, path) => {
      if (user["user"] === undefined || user["user"] === null) return user;
      const inner = objectAt(user["user"], `${path}.user`);
      textsAt(inner, `${path}.user.`, USER_TEXTS);
      checkExec(inner["exec"], `${path}.user.exec`);
      checkAuthProvider(inner["auth-provider"], `${path}.user.auth-provider`);
      return { ...user, user: withToken(inner, file) };
    }),
  };
}

function checkExec(value: unknown, path: string): void {
  if (value === undefined || value === null) return;
  const exec = objectAt(value, path);
  textsAt(exec, `${path}.`, ["apiVersion", "command", "installHint"]);
  if (typeof exec["command"] !== "string") throw new Wrong(`${path}.command is missing`);
  const args = listAt(exec, "args", path);
  if (!args.every((one) => typeof one === "string"))
    throw new Wrong(`${path}.args must be a list of strings`);
  for (const [at, one] of listAt(exec, "env", path).entries())
    textsAt(objectAt(one, `${path}.env[${at}]`), `${path}.env[${at}].`, ["name", "value"]);
}

function checkAuthProvider(value: unknown, path: string): void {
  if (value === undefined || value === null) return;
  const provider = objectAt(value, path);
  textsAt(provider, `${path}.`, ["name"]);
  const config = provider["config"];
  if (config === undefined || config === null) return;
  const inner = objectAt(config, `${path}.config`);
  textsAt(inner, `${path}.config.`, Object.keys(inner));
}

/** The token that a file holds, in its place. A path counts from the kubeconfig's folder. */
function withToken(user: Json, file: string): Json {
  const { "token-file": tokenFile, ...rest } = user;
  if (typeof tokenFile !== "string" || (typeof user["token"] === "string" && user["token"] !== ""))
    return rest;
  const path = isAbsolute(tokenFile) ? tokenFile : join(dirname(file), tokenFile);
  return { ...rest, token: contentOf("token-file", path).trim() };
}

function entriesAt(config: Json, field: string, check: (entry: Json, path: string) => Json): readonly Json[] {
  return listAt(config, field, "").map((value, at) => {
    const path = `${field}[${at}]`;
    const entry = objectAt(value, path);
    textsAt(entry, `${path}.`, ["name"]);
    if (typeof entry["name"] !== "string" || entry["name"] === "") throw new Wrong(`${path}.name is missing`);
    return check(entry, path);
  });
}

function listAt(object: Json, field: string, path: string): readonly unknown[] {
  const value = object[field] ?? [];
  if (Array.isArray(value)) return value;
  throw new Wrong(`${path === "" ? field : `${path}.${field}`} must be a list`);
}

function objectAt(value: unknown, path: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw new Wrong(path === "a kubeconfig" ? "is not a kubeconfig" : `${path} must be a mapping`);
}

function textsAt(object: Json, path: string, fields: readonly string[]): void {
  const wrong = fields.find(
    (field) => !["string", "undefined"].includes(typeof (object[field] ?? undefined)),
  );
  if (wrong !== undefined) throw new Wrong(`${path}${shownKey(wrong)} must be a string`);
}

function failure(message: string): Failure {
  return new Failure("input", "kubeconfig", message);
}
