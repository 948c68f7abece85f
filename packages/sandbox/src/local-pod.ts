import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SandboxError } from "./sandbox-error.ts";

/** A cluster's API, with the rights to make pods and tokens of a ServiceAccount. */
export interface LocalPodApi {
  send(call: {
    readonly method: "DELETE" | "POST";
    readonly path: string;
    readonly body?: unknown;
  }): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** Which pod a local process stands for. */
export interface LocalPodOptions {
  readonly api: LocalPodApi;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Where the cluster's agent is reached from outside of it. */
  readonly agentUrl: string;
}

/** A pod whose container runs here. */
export interface LocalPod {
  readonly name: string;
  /** Where its files are. */
  readonly folder: string;
  /** What the webhook injected into it, with the paths and the agent's address of this machine; none without a role. */
  readonly environment: Readonly<Record<string, string>>;
  /** Deletes the pod and its tokens. */
  readonly stop: () => Promise<void>;
}

const AGENT_VARIABLE = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/**
 * Makes a pod with the ServiceAccount, whose credentials a process on this machine then has as if it ran in it: what the
 * webhook injects decides by which way, and tokens are bound to the pod and renewed as the kubelet does.
 * @throws SandboxError `local-pod` when the API server refuses
 */
export async function startLocalPod(options: LocalPodOptions): Promise<LocalPod> {
  const { api, namespace, serviceAccount, agentUrl } = options;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const pod = (await ask(api, "POST", pods, podOf(serviceAccount))) as PodJson;
  const { name } = pod.metadata;
  const folder = mkdtempSync(join(tmpdir(), "irsa-pod-"));
  const renewals: NodeJS.Timeout[] = [];
  const lifetime = new AbortController();
  const stop = async (): Promise<void> => {
    lifetime.abort();
    for (const renewal of renewals.splice(0)) clearInterval(renewal);
    rmSync(folder, { recursive: true, force: true });
    await api.send({ method: "DELETE", path: `${pods}/${name}` });
  };
  try {
    const tokens = tokensOf(pod, folder);
    for (const token of tokens) renewals.push(await keepToken(options, pod, token, lifetime.signal));
    return { name, folder, environment: environmentOf(pod, tokens, agentUrl), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface PodJson {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: {
    readonly containers: readonly {
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
      readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
    readonly volumes?: readonly {
      readonly name: string;
      readonly projected?: { readonly sources: readonly { readonly serviceAccountToken?: TokenSource }[] };
    }[];
  };
}

interface TokenSource {
  readonly audience?: string;
  readonly expirationSeconds?: number;
  readonly path: string;
}

/** A token that the pod has as a file. */
interface PodToken {
  readonly audience: string;
  readonly seconds: number;
  readonly pathInPod: string;
  readonly file: string;
}

function podOf(serviceAccountName: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `local-${randomBytes(4).toString("hex")}` },
    spec: {
      serviceAccountName,
      restartPolicy: "Never",
      containers: [{ name: "local", image: "localhost/local" }],
    },
  };
}

/** Those for others than the API server itself, whose token has no audience of its own. */
function tokensOf({ spec: { containers, volumes = [] } }: PodJson, folder: string): readonly PodToken[] {
  const mounts = containers[0]?.volumeMounts ?? [];
  return mounts.flatMap(({ name, mountPath }) => {
    const sources = volumes.find((volume) => volume.name === name)?.projected?.sources ?? [];
    return sources.flatMap(({ serviceAccountToken: source }) => {
      if (source?.audience === undefined) return [];
      const { audience, expirationSeconds: seconds = 3600, path } = source;
      return [{ audience, seconds, pathInPod: `${mountPath}/${path}`, file: join(folder, name, path) }];
    });
  });
}

/** Renews a token when four fifths of its time are over. Source: Kubernetes documentation, "Projected Volumes". */
async function keepToken(
  options: LocalPodOptions,
  pod: PodJson,
  token: PodToken,
  lifetime: AbortSignal,
): Promise<NodeJS.Timeout> {
  await writeToken(options, pod, token, lifetime);
  const renew = (): void => void writeToken(options, pod, token, lifetime).catch(() => undefined);
  return setInterval(renew, token.seconds * 800).unref();
}

async function writeToken(
  { api, namespace, serviceAccount }: LocalPodOptions,
  { metadata: { name, uid } }: PodJson,
  { audience, seconds, file }: PodToken,
  lifetime: AbortSignal,
): Promise<void> {
  const boundObjectRef = { apiVersion: "v1", kind: "Pod", name, uid };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
  const spec = { audiences: [audience], expirationSeconds: seconds, boundObjectRef };
  const { status } = (await ask(api, "POST", path, { spec })) as {
    readonly status: { readonly token: string };
  };
  // The pod may have been stopped meanwhile, and its files deleted.
  if (lifetime.aborted) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Readers see the old token or the new one, never half of one.
  writeFileSync(`${file}.new`, status.token, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function environmentOf(
  { spec: { containers } }: PodJson,
  tokens: readonly PodToken[],
  agentUrl: string,
): Readonly<Record<string, string>> {
  const files = new Map(tokens.map(({ pathInPod, file }) => [pathInPod, file]));
  const here = (name: string, value: string): string =>
    name === AGENT_VARIABLE ? agentUrl : (files.get(value) ?? value);
  const env = containers[0]?.env ?? [];
  return Object.fromEntries(env.map(({ name, value = "" }) => [name, here(name, value)]));
}

async function ask(api: LocalPodApi, method: "POST", path: string, body: unknown): Promise<unknown> {
  const answer = await api.send({ method, path, body });
  if (answer.status < 300) return answer.body;
  const { message = JSON.stringify(answer.body) } = answer.body as { readonly message?: string };
  throw new SandboxError("local-pod", "the cluster refused to run the command as a pod", [
    ["it says", `${answer.status} ${message}`],
  ]);
}
