import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startConnectProxy } from "../worlds/connect-proxy.ts";

/** An environment in which everything leads to production, and what was tried in it. */
export interface HostileEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** All that left this machine, or would have: connections, look-ups, and what was asked of the proxy. */
  readonly attempts: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

const GUARD = fileURLToPath(new URL("../worlds/loopback-only.cjs", import.meta.url));

/** Node processes that are started in it can't leave the machine, and what they try is noted. */
export async function openHostileEnvironment(): Promise<HostileEnvironment> {
  const home = await mkdtemp(join(tmpdir(), "irsa-hostile-"));
  // What is asked of the proxy is noted, and goes nowhere.
  const proxy = await startConnectProxy(() => "127.0.0.1:1");
  const file = (name: string): string => join(home, name);
  await writeFile(file("config"), "[profile production]\nregion = us-east-1\n");
  await writeFile(
    file("credentials"),
    "[production]\naws_access_key_id = AKIAPRODUCTION\naws_secret_access_key = s\n",
  );
  await writeFile(file("kubeconfig"), KUBECONFIG);
  await writeFile(file("attempts"), "");
  return {
    variables: {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      TMPDIR: home,
      NODE_OPTIONS: `--require=${GUARD}`,
      IRSA_TEST_ATTEMPTS: file("attempts"),
      AWS_PROFILE: "production",
      AWS_CONFIG_FILE: file("config"),
      AWS_SHARED_CREDENTIALS_FILE: file("credentials"),
      AWS_ACCESS_KEY_ID: "AKIAPRODUCTION",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_SESSION_TOKEN: "t",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: "https://192.0.2.1",
      AWS_ENDPOINT_URL_IAM: "https://iam.amazonaws.com",
      AWS_ENDPOINT_URL_STS: "https://192.0.2.2",
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
      AWS_CA_BUNDLE: "/nowhere/ca.pem",
      KUBECONFIG: file("kubeconfig"),
      KUBERNETES_SERVICE_HOST: "192.0.2.3",
      KUBERNETES_SERVICE_PORT: "443",
      HTTPS_PROXY: proxy.url,
      https_proxy: proxy.url,
      HTTP_PROXY: proxy.url,
      http_proxy: proxy.url,
    },
    async attempts() {
      const noted = (await readFile(file("attempts"), "utf8")).split("\n").filter((line) => line !== "");
      return [...noted, ...proxy.targets().map((target) => `proxy: ${target}`)];
    },
    async close() {
      await proxy.stop();
      await rm(home, { recursive: true });
    },
  };
}

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: production
clusters: [{name: production, cluster: {server: "https://192.0.2.4"}}]
contexts: [{name: production, context: {cluster: production, user: me}}]
users: [{name: me, user: {token: secret}}]
`;
