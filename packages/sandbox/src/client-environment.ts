import { randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shellWord } from "irsa-model/shell-word.ts";
import { ISSUERS_PATH } from "./aws/issuers.ts";
import type { AccessKey } from "./aws/principals.ts";
import { kubeconfig } from "./kubeconfig.ts";
import type { Sandbox } from "./sandbox.ts";

/** The environment in which a client reaches a sandbox and no other AWS or cluster. */
export interface ClientEnvironment {
  readonly set: Readonly<Record<string, string>>;
  /** What would lead elsewhere, if it is set. */
  readonly unset: readonly string[];
}

/** Every variable that clients of AWS and Kubernetes take account, endpoint or cluster from. */
const LEADING = /^(AWS_(?!SDK_)|KUBE|HELM_KUBE|EKSCTL_)/;

/** Those of them that would win over, or spoil, what is set here. */
const KNOWN_LEADING = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_ENDPOINT_URL_CLOUDFORMATION",
  "AWS_ENDPOINT_URL_EC2",
  "AWS_ENDPOINT_URL_EKS",
  "AWS_ENDPOINT_URL_EKS_AUTH",
  "AWS_ENDPOINT_URL_IAM",
  "AWS_ENDPOINT_URL_STS",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_CA_BUNDLE",
];

const LOOPBACK = "127.0.0.1,localhost";

/**
 * Writes files for clients into the sandbox's folder (AWS configuration and credentials with a profile for each account, a
 * kubeconfig with a context for each cluster, a shell script), and gives the environment that leads there.
 * @param own the environment that the client would otherwise have; its proxies stay, but for loopback
 */
export function clientEnvironment(sandbox: Sandbox, own: NodeJS.ProcessEnv): ClientEnvironment {
  const { config, credentials, region, key } = awsFiles(sandbox);
  const noProxy = [own["no_proxy"] ?? own["NO_PROXY"] ?? "", LOOPBACK]
    .filter((part) => part !== "")
    .join(",");
  const set = {
    AWS_ENDPOINT_URL: sandbox.aws.url,
    IRSA_ISSUER_ENDPOINT_URL: `${sandbox.aws.url}${ISSUERS_PATH}`,
    IRSA_SANDBOX_TOKEN: sandbox.aws.controlToken,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_CONFIG_FILE: write(sandbox, "aws-config", config),
    AWS_SHARED_CREDENTIALS_FILE: write(sandbox, "aws-credentials", credentials),
    AWS_EC2_METADATA_DISABLED: "true",
    KUBECONFIG: write(sandbox, "kubeconfig", kubeconfigOf(sandbox)),
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    ...issuerProxyEnvironment(sandbox),
  };
  const leading = Object.keys(own).filter((name) => LEADING.test(name) && !Object.hasOwn(set, name));
  const environment = { set, unset: [...new Set([...KNOWN_LEADING, ...leading])] };
  write(sandbox, "env", `${shellLines(environment).join("\n")}\n`);
  return environment;
}

/** Go programs, eksctl among them, take authorities from SSL_CERT_FILE. */
function issuerProxyEnvironment(sandbox: Sandbox): Readonly<Record<string, string>> {
  const { issuerProxy } = sandbox;
  if (issuerProxy === undefined) return {};
  const { url, caPem } = issuerProxy;
  return { HTTPS_PROXY: url, https_proxy: url, SSL_CERT_FILE: write(sandbox, "issuers-ca.pem", caPem) };
}

/** An environment for a child process: the own one, less what leads elsewhere, with what leads to the sandbox. */
export function childEnvironment(
  own: NodeJS.ProcessEnv,
  { set }: ClientEnvironment,
): Readonly<Record<string, string | undefined>> {
  const harmless = Object.entries(own).filter(([name]) => !LEADING.test(name));
  return { ...Object.fromEntries(harmless), ...set };
}

const LINE_WIDTH = 90;

/** The environment for a POSIX shell. */
export function shellLines({ set, unset }: ClientEnvironment): string[] {
  const lines: string[] = [];
  for (const name of unset) {
    const last = lines.at(-1) ?? "";
    if (last === "" || `${last} ${name}`.length > LINE_WIDTH) lines.push(`unset ${name}`);
    else lines[lines.length - 1] = `${last} ${name}`;
  }
  return [...lines, ...Object.entries(set).map(([name, value]) => `export ${name}=${shellWord(value)}`)];
}

/** A profile for each account, named after it; the first account's is the default too. */
function awsFiles({ aws, clusters, keys }: Sandbox) {
  const awsAccounts = [...new Set(clusters.map(({ awsAccount }) => awsAccount))];
  const profiles = awsAccounts.flatMap((awsAccount) => {
    const key = keys.get(awsAccount);
    const region = clusters.find((cluster) => cluster.awsAccount === awsAccount)?.region;
    return key === undefined || region === undefined ? [] : [{ awsAccount, region, key }];
  });
  const [first] = profiles;
  if (first === undefined) throw new Error("a sandbox has at least one account");
  const named = [{ ...first, awsAccount: "default" }, ...profiles];
  return {
    ...first,
    config: named.map(({ awsAccount, region }) => configSection(awsAccount, region, aws.url)).join("\n"),
    credentials: named.map(({ awsAccount, key }) => credentialsSection(awsAccount, key)).join("\n"),
  };
}

function configSection(name: string, region: string, url: string): string {
  const head = name === "default" ? "[default]" : `[profile ${name}]`;
  return `${head}\nregion = ${region}\nendpoint_url = ${url}\n`;
}

function credentialsSection(name: string, { accessKeyId, secretAccessKey }: AccessKey): string {
  return `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
}

/** Contexts named by the clusters' ARNs, as `aws eks update-kubeconfig` names them. */
function kubeconfigOf({ clusters }: Sandbox): string {
  const ways = clusters.map((cluster) => {
    const { arn, endpoint, caPem } = cluster;
    return { name: arn, server: endpoint, caPem, token: cluster.tokenFor() };
  });
  return kubeconfig(ways);
}

function write({ folder }: Sandbox, name: string, text: string): string {
  const file = join(folder, name);
  // A symbolic link that somebody has put there is replaced, not written through.
  const unfinished = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  writeFileSync(unfinished, text, { mode: 0o600, flag: "wx" });
  renameSync(unfinished, file);
  return file;
}
