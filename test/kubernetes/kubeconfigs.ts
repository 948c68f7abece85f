import { stringify } from "yaml";
import { CLUSTER_CA } from "../fakes/certificates.ts";

/** A kubeconfig as people have them, what irsa makes of it, and what kubectl says. */
export interface KubeconfigCase {
  readonly title: string;
  /** By name, in a folder of their own. */
  readonly files: Readonly<Record<string, string>>;
  /** What KUBECONFIG names; `config` by default. An empty list leaves it out. */
  readonly list?: readonly string[];
  readonly context?: string;
  /** What the context leads to. */
  readonly gives?: {
    readonly context: string;
    readonly cluster: string;
    readonly server: string;
    readonly user: string;
    readonly how: string;
    /** Of the requests; `undefined` for what is not compared. */
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly proxy?: string;
  };
  /** How irsa ends: as the kubeconfig is read, or once credentials are asked for. */
  readonly fails?: { readonly code: string; readonly says: readonly string[] };
  /** What kubectl says of the same, where it refuses it; it reads the others. */
  readonly kubectl?: RegExp;
}

/** Nothing listens there. */
const SERVER = "https://127.0.0.1:1";
const CA = Buffer.from(CLUSTER_CA).toString("base64");
const V1 = "client.authentication.k8s.io/v1";

interface Parts {
  readonly cluster?: object | null;
  readonly user?: object | null;
  readonly context?: object;
  readonly more?: object;
}

/** A kubeconfig of one context `work`, with these parts of it otherwise. */
function config({ cluster = {}, user = { token: "abc" }, context = {}, more = {} }: Parts = {}): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "work",
    clusters: [
      {
        name: "c",
        cluster: cluster && { server: SERVER, "certificate-authority-data": CA, ...cluster },
      },
    ],
    users: [{ name: "me", user }],
    contexts: [{ name: "work", context: { cluster: "c", user: "me", ...context } }],
    ...more,
  });
}

/** A kubeconfig of one context of that name, its cluster and user named likewise. */
function named(name: string, server = SERVER, token = name): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name: "c", cluster: { server, "certificate-authority-data": CA } }],
    users: [{ name: "me", user: { token } }],
    contexts: [{ name, context: { cluster: "c", user: "me" } }],
  });
}

const plugin = (script: string, more: object = {}): string =>
  config({
    user: {
      exec: { apiVersion: V1, command: "sh", args: ["-c", script], interactiveMode: "Never", ...more },
    },
  });

/** A script that prints an ExecCredential. */
const printing = (status: object, apiVersion = V1): string =>
  `echo '${JSON.stringify({ apiVersion, kind: "ExecCredential", status })}'`;

const gives = (how: string, more: object = {}) => ({
  gives: { context: "work", cluster: "c", server: SERVER, user: "me", how, ...more },
});

/** Where a file that is listed is read, lists of them, and what they have together. */
const LISTS: readonly KubeconfigCase[] = [
  {
    title: "one file",
    files: { config: config() },
    ...gives("token", { headers: { Authorization: "Bearer abc" } }),
  },
  {
    title: "two files: the first that has a name wins, its current-context too",
    files: { one: named("a", "https://127.0.0.1:1/one"), two: named("b", "https://127.0.0.1:1/two") },
    list: ["one", "two"],
    gives: { context: "a", cluster: "c", server: "https://127.0.0.1:1/one", user: "me", how: "token" },
  },
  {
    title: "two files: a context of the second, with the cluster of the first",
    files: {
      one: named("a", "https://127.0.0.1:1/one", "first"),
      two: named("b", "https://127.0.0.1:1/two", "second"),
    },
    list: ["one", "two"],
    context: "b",
    gives: {
      context: "b",
      cluster: "c",
      server: "https://127.0.0.1:1/one",
      user: "me",
      how: "token",
      headers: { Authorization: "Bearer first" },
    },
  },
  {
    title: "a list that names the same file twice",
    files: { config: config() },
    list: ["config", "config"],
    ...gives("token"),
  },
  {
    title: "a list with a file that does not exist",
    files: { config: config() },
    list: ["gone", "config", "gone-too"],
    ...gives("token"),
  },
  {
    title: "a list with an empty name",
    files: { config: config() },
    list: ["", "config", ""],
    ...gives("token"),
  },
  {
    title: "a list of files that do not exist",
    files: {},
    list: ["gone", "gone-too"],
    fails: { code: "no-context", says: ["no file in KUBECONFIG exists", "gone-too"] },
    kubectl: /current-context must exist|Config not found|localhost:8080/,
  },
  {
    title: "no KUBECONFIG, and ~/.kube/config",
    files: { ".kube/config": config() },
    list: [],
    ...gives("token"),
  },
  {
    title: "no KUBECONFIG, and no ~/.kube/config",
    files: {},
    list: [],
    fails: { code: "no-context", says: [".kube/config", "does not exist"] },
    kubectl: /current-context must exist|localhost:8080/,
  },
  {
    title: "an empty file before the one that is meant",
    files: { empty: "", config: config() },
    list: ["empty", "config"],
    ...gives("token"),
  },
  {
    title: "a file of the list that is not YAML",
    files: { broken: "a: [", config: config() },
    list: ["broken", "config"],
    fails: { code: "kubeconfig", says: ["broken", "line 1"] },
    kubectl: /error loading config file.*broken/,
  },
  {
    title: "a folder in the list",
    files: { "folder/file": "", config: config() },
    list: ["folder", "config"],
    fails: { code: "kubeconfig", says: ["folder", "is a directory"] },
    kubectl: /is a directory/,
  },
  {
    title: "JSON",
    files: {
      config: `{"apiVersion":"v1","kind":"Config","current-context":"work",
\t"clusters":[{"name":"c","cluster":{"server":"${SERVER}","certificate-authority-data":"${CA}"}}],
\t"users":[{"name":"me","user":{"token":"abc"}}],"contexts":[{"name":"work","context":{"cluster":"c","user":"me"}}]}`,
    },
    ...gives("token"),
  },
  {
    title: "two documents in a file, of which the first counts",
    files: { config: `${config()}---\n${named("other")}` },
    ...gives("token"),
  },
  {
    title: "fields that nobody knows, and nulls",
    files: {
      config: config({
        user: { token: "abc", "token-file": "gone", exec: null },
        more: { preferences: null, unknown: [1] },
      }),
    },
    ...gives("token"),
  },
  {
    title: "a manifest instead of a kubeconfig",
    files: { config: "apiVersion: v1\nkind: Pod\n" },
    fails: { code: "kubeconfig", says: ["its kind is not Config"] },
    kubectl: /Pod/,
  },
  {
    title: "a value of another type, in an entry that is not used",
    files: { config: config({ more: { clusters: [{ name: "c", cluster: { server: 1 } }] } }) },
    fails: { code: "kubeconfig", says: ["clusters[0].cluster.server must be a string"] },
    kubectl: /cannot unmarshal number/,
  },
  {
    title: "a name twice in one list",
    files: {
      config: config({
        more: {
          users: [
            { name: "me", user: {} },
            { name: "me", user: {} },
          ],
        },
      }),
    },
    fails: { code: "kubeconfig", says: ["users[1].name is used more than once"] },
    kubectl: /duplicate name/,
  },
  {
    title: "base64 that is none",
    files: { config: config({ cluster: { "certificate-authority-data": "%%%" } }) },
    fails: {
      code: "kubeconfig",
      says: ["clusters[0].cluster.certificate-authority-data is not valid base64"],
    },
    kubectl: /illegal base64/,
  },
];

/** Contexts, and where they lead. */
const CONTEXTS: readonly KubeconfigCase[] = [
  {
    title: "no current-context",
    files: { config: config({ more: { "current-context": "" } }) },
    fails: { code: "no-context", says: ["has no current context", "--context: work"] },
    kubectl: /current-context must exist|localhost:8080/,
  },
  {
    title: "no contexts at all",
    files: { config: config({ more: { contexts: [], "current-context": "" } }) },
    fails: { code: "no-context", says: ["the kubeconfig has no contexts"] },
    kubectl: /current-context must exist|localhost:8080/,
  },
  {
    title: "a current-context that is not there",
    files: { config: config({ more: { "current-context": "wrk" } }) },
    fails: { code: "no-context", says: ["'wrk'", "current-context", "Did you mean 'work'?"] },
    kubectl: /wrk/,
  },
  {
    title: "a mistyped --context",
    files: { config: config() },
    context: "Work",
    fails: { code: "no-context", says: ["--context 'Work'", "Did you mean 'work'?"] },
    kubectl: /Work/,
  },
  {
    title: "a context whose user is missing",
    files: { config: config({ context: { user: "you" } }) },
    fails: { code: "kubeconfig", says: ["no user 'you'", "context 'work'"] },
    kubectl: /you/,
  },
  {
    title: "a context whose cluster is missing",
    files: { config: config({ context: { cluster: "other" } }) },
    fails: { code: "kubeconfig", says: ["no cluster 'other'", "context 'work'"] },
    kubectl: /other/,
  },
  {
    title: "a context without a user",
    files: { config: config({ context: { user: "" } }) },
    fails: { code: "kubeconfig", says: ["the context 'work' of the kubeconfig has no user"] },
    kubectl: /Please enter Username/,
  },
  {
    title: "a cluster without a server",
    files: { config: config({ cluster: { server: "" } }) },
    fails: { code: "kubeconfig", says: ["the cluster 'c' in the kubeconfig has no server"] },
    kubectl: /localhost:8080/,
  },
  {
    title: "a server that is a host alone, with a CA",
    files: { config: config({ cluster: { server: "127.0.0.1:1" } }) },
    ...gives("token"),
  },
  {
    title: "a CA file that is missing",
    files: {
      config: config({ cluster: { "certificate-authority-data": null, "certificate-authority": "ca.crt" } }),
    },
    fails: { code: "kubeconfig", says: ["certificate-authority", "ca.crt", "cluster 'c'", "no such file"] },
    kubectl: /unable to read certificate-authority/,
  },
  {
    title: "a CA file beside the kubeconfig",
    files: {
      "sub/config": config({
        cluster: { "certificate-authority-data": null, "certificate-authority": "../ca.crt" },
      }),
      "ca.crt": CLUSTER_CA,
    },
    list: ["sub/config"],
    ...gives("token"),
  },
  {
    title: "a CA that is not a certificate",
    files: {
      config: config({ cluster: { "certificate-authority-data": Buffer.from("no").toString("base64") } }),
    },
    fails: {
      code: "kubeconfig",
      says: ["certificate-authority-data of the cluster 'c'", "no PEM certificate"],
    },
    kubectl: /unable to parse bytes as PEM block|unable to load root certificates/,
  },
  {
    title: "a CA in the file and beside it",
    files: { config: config({ cluster: { "certificate-authority": "ca.crt" } }), "ca.crt": CLUSTER_CA },
    fails: { code: "kubeconfig", says: ["both certificate-authority and certificate-authority-data"] },
    kubectl: /are both specified/,
  },
  {
    title: "a proxy-url",
    files: { config: config({ cluster: { "proxy-url": "socks5://127.0.0.1:9" } }) },
    ...gives("token", { proxy: "socks5://127.0.0.1:9" }),
  },
];

/** Who we are. */
const USERS: readonly KubeconfigCase[] = [
  {
    title: "a token file beside the kubeconfig",
    files: { config: config({ user: { tokenFile: "token" } }), token: "abc\n" },
    ...gives("token", { headers: { Authorization: "Bearer abc" } }),
  },
  {
    title: "a token file that is missing",
    files: { config: config({ user: { tokenFile: "token" } }) },
    fails: { code: "kubeconfig", says: ["tokenFile", "user 'me'", "no such file"] },
    kubectl: /token: no such file/,
  },
  {
    title: "a token file before the token",
    files: { config: config({ user: { token: "old", tokenFile: "token" } }), token: "new" },
    ...gives("token", { headers: { Authorization: "Bearer new" } }),
  },
  {
    title: "a client certificate without its key",
    files: { config: config({ user: { "client-certificate-data": CA } }) },
    fails: { code: "kubeconfig", says: ["user 'me'", "a client-certificate and no client-key"] },
    kubectl: /client-key-data or client-key must be specified/,
  },
  {
    title: "a client certificate file that is missing",
    files: { config: config({ user: { "client-certificate": "me.crt", "client-key": "me.key" } }) },
    fails: { code: "kubeconfig", says: ["client-certificate", "me.crt", "no such file"] },
    kubectl: /unable to read client-cert/,
  },
  {
    title: "a client certificate that is none",
    files: {
      config: config({
        user: { "client-certificate-data": CA, "client-key-data": Buffer.from("no").toString("base64") },
      }),
    },
    fails: { code: "kubeconfig", says: ["the client certificate and key of the user 'me' can't be used"] },
    kubectl: /tls: failed to find any PEM data in key/,
  },
  {
    title: "a token and a password",
    files: { config: config({ user: { token: "abc", username: "me", password: "secret" } }) },
    fails: { code: "kubeconfig", says: ["user 'me'", "both a token and a password"] },
    kubectl: /more than one authentication method/,
  },
  {
    title: "an auth-provider that kubectl has no more",
    files: {
      config: config({ user: { "auth-provider": { name: "gcp", config: { "cmd-path": "gcloud" } } } }),
    },
    fails: { code: "kubeconfig", says: ["auth-provider 'gcp'", "user 'me'", "not supported"] },
    kubectl: /gcp/,
  },
  {
    title: "an auth-provider that nobody knows",
    files: { config: config({ user: { "auth-provider": { name: "none" } } }) },
    fails: { code: "kubeconfig", says: ["auth-provider 'none'"] },
    kubectl: /none/,
  },
  {
    title: "a user who is somebody else, with groups",
    files: {
      config: config({
        user: { token: "abc", as: "ci", "as-groups": ["a", "b"], "as-user-extra": { "x/y": ["1"] } },
      }),
    },
    ...gives("token", {
      headers: {
        "Impersonate-User": "ci",
        "Impersonate-Group": ["a", "b"],
        "Impersonate-Extra-x%2Fy": ["1"],
      },
    }),
  },
  {
    title: "groups without a user to be",
    files: { config: config({ user: { token: "abc", "as-groups": ["a"] } }) },
    fails: { code: "kubeconfig", says: ["as-groups", "no as"] },
    kubectl: /without impersonating a user/,
  },
  {
    title: "a user without credentials",
    files: { config: config({ user: null }) },
    fails: { code: "kubeconfig", says: ["the user 'me' in the kubeconfig has no credentials"] },
    // It asks for a password, which no cluster takes.
    kubectl: /Please enter Username/,
  },
];

/** Commands that give credentials. */
const PLUGINS: readonly KubeconfigCase[] = [
  {
    title: "a plugin that gives a token",
    files: { config: plugin(printing({ token: "given" })) },
    ...gives("plugin", { headers: { Authorization: "Bearer given" } }),
  },
  {
    title: "a plugin that asks for its cluster and its environment",
    files: {
      config: plugin(
        `case "$KUBERNETES_EXEC_INFO" in *'"server":"${SERVER}"'*) ${printing({ token: "given" })};; esac`,
        { provideClusterInfo: true },
      ),
    },
    ...gives("plugin", { headers: { Authorization: "Bearer given" } }),
  },
  {
    title: "a plugin beside the kubeconfig",
    files: {
      config: config({
        user: { exec: { apiVersion: V1, command: "./plugin.sh", args: null, interactiveMode: "Never" } },
      }),
      "plugin.sh": `#!/bin/sh\n${printing({ token: "given" })}\n`,
    },
    ...gives("plugin", { headers: { Authorization: "Bearer given" } }),
  },
  {
    title: "a token beside a plugin, which is not run",
    files: {
      config: config({
        user: { token: "abc", exec: { apiVersion: V1, command: "gone", interactiveMode: "Never" } },
      }),
    },
    ...gives("token", { headers: { Authorization: "Bearer abc" } }),
  },
  {
    title: "a plugin that is not installed",
    files: {
      config: config({
        user: {
          exec: {
            apiVersion: V1,
            command: "no-such-plugin",
            interactiveMode: "Never",
            installHint: "Install it:\n  brew install no-such-plugin\u001b[2J",
          },
        },
      }),
    },
    fails: {
      code: "credential-plugin",
      says: ["'no-such-plugin' is not installed, or not in PATH", "brew install no-such-plugin", "me"],
    },
    kubectl: /executable no-such-plugin not found[\s\S]*brew install/,
  },
  {
    title: "a plugin that fails",
    files: { config: plugin(`printf '\\033[31mUnable to locate credentials\\033[0m\\n' >&2; exit 253`) },
    fails: {
      code: "credential-plugin",
      says: ["'sh' failed: exit code 253", "Unable to locate credentials"],
    },
    kubectl: /exit code 253/,
  },
  {
    title: "a plugin that is not executable",
    files: {
      config: config({
        user: { exec: { apiVersion: V1, command: "./plugin.txt", interactiveMode: "Never" } },
      }),
      "plugin.txt": "text",
    },
    fails: { code: "credential-plugin", says: ["plugin.txt' is not executable"] },
    kubectl: /permission denied/,
  },
  {
    title: "a plugin that prints something else",
    files: { config: plugin("echo hello") },
    fails: { code: "credential-plugin", says: ["did not print an ExecCredential"] },
    kubectl: /decoding stdout/,
  },
  {
    title: "a plugin of another version",
    files: { config: plugin(printing({ token: "given" }, "client.authentication.k8s.io/v1beta1")) },
    fails: { code: "credential-plugin", says: ["client.authentication.k8s.io/v1beta1", `not ${V1}`] },
    kubectl: /plugin returned version/,
  },
  {
    title: "a plugin that gives nothing",
    files: { config: plugin(printing({})) },
    fails: { code: "credential-plugin", says: ["neither a token nor a client certificate"] },
    kubectl: /didn't return a token or cert/,
  },
  {
    title: "a plugin's old version, as older kubeconfigs of EKS have it",
    files: { config: plugin("", { apiVersion: "client.authentication.k8s.io/v1alpha1" }) },
    fails: { code: "kubeconfig", says: ["v1alpha1", "not supported", "aws eks update-kubeconfig"] },
    kubectl: /invalid apiVersion/,
  },
  {
    title: "a plugin that does not say whether it asks",
    files: { config: plugin("", { interactiveMode: null }) },
    fails: { code: "kubeconfig", says: ["has no interactiveMode"] },
    kubectl: /interactiveMode must be specified/,
  },
  {
    title: "a plugin that needs a terminal",
    files: { config: plugin("", { interactiveMode: "Always" }) },
    fails: { code: "credential-plugin", says: ["needs a terminal"] },
    kubectl: /standard input is not a terminal/,
  },
  {
    title: "a plugin and an auth-provider",
    files: {
      config: config({
        user: {
          exec: { apiVersion: V1, command: "sh", interactiveMode: "Never" },
          "auth-provider": { name: "oidc" },
        },
      }),
    },
    fails: { code: "kubeconfig", says: ["both exec and auth-provider"] },
    kubectl: /authProvider cannot be provided in combination/,
  },
];

/** All of them. */
export const KUBECONFIGS: readonly KubeconfigCase[] = [...LISTS, ...CONTEXTS, ...USERS, ...PLUGINS];
