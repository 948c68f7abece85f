import { DeleteOpenIDConnectProviderCommand, IAMClient } from "@aws-sdk/client-iam";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Call } from "./path.ts";

/** A sandbox in a process of its own. */
export interface BenchSandbox {
  /** The environment that leads to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds before every answer. */
  readonly setLatency: (milliseconds: number) => Promise<void>;
  /** Throttles from here on, with full buckets. */
  readonly setThrottle: (throttle: { readonly burst: number; readonly rate: number }) => Promise<void>;
  /** The calls since the last time. */
  readonly takeCalls: () => Promise<readonly Call[]>;
  /** Undoes associate-oidc. */
  readonly forgetProvider: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Started {
  readonly endpoint: string;
  readonly clusters: readonly {
    readonly issuer: string;
    readonly awsAccount: string;
    readonly region: string;
  }[];
  readonly environment: { readonly set: Record<string, string> };
}

/** Starts one by the built command line, and waits until it is ready. */
export async function startBenchSandbox(
  irsa: readonly string[],
  ...flags: readonly string[]
): Promise<BenchSandbox> {
  const [program = "", ...leading] = irsa;
  const args = [...leading, "sandbox", "start", "--cluster", "bench", "-o", "json", ...flags];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [answer] = (await once(child.stdout, "data")) as [Buffer];
  const { result } = JSON.parse(answer.toString("utf8")) as { readonly result: Started };
  const { endpoint, clusters, environment } = result;
  const control = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${environment.set["IRSA_SANDBOX_TOKEN"] ?? ""}` };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await fetch(`${endpoint}/_irsa/${path}`, init);
    if (!answer.ok) throw new Error(`the sandbox's control endpoint: ${await answer.text()}`);
    return answer.json();
  };
  const [cluster] = clusters;
  const provider = `arn:aws:iam::${cluster?.awsAccount}:oidc-provider/${cluster?.issuer.replace("https://", "")}`;
  const { set } = environment;
  const credentials = {
    accessKeyId: set["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: set["AWS_SECRET_ACCESS_KEY"] ?? "",
  };
  const iam = new IAMClient({ endpoint, region: cluster?.region ?? "", credentials });
  return {
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...set },
    setLatency: async (milliseconds) => void (await control("PUT", "latency", { milliseconds })),
    setThrottle: async (throttle) => void (await control("PUT", "throttle", throttle)),
    async takeCalls() {
      const calls = await control("GET", "calls");
      await control("DELETE", "calls");
      return calls as Call[];
    },
    async forgetProvider() {
      await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: provider }));
    },
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGINT");
      await exited;
    },
  };
}
