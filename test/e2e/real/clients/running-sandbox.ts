import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { cleanEnvironment } from "../../../worlds/environment.ts";
import { PATIENCE } from "../../../worlds/patience.ts";
import { EXECUTABLE } from "../../irsa.ts";

/** `irsa sandbox start` in a process of its own. */
export interface RunningSandbox {
  /** That which leads clients to it, and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same for the AWS SDK, by the key of an administrator. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** For clients' files; gone after `stop`. */
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

/** The variables that a sandbox started with `-o json` prints, once it has printed all of its answer. */
export async function environmentSaidBy(stdout: () => string): Promise<Readonly<Record<string, string>>> {
  const { result } = await vi.waitFor(
    () =>
      JSON.parse(stdout()) as {
        readonly result: { readonly environment: { readonly set: Record<string, string> } };
      },
    PATIENCE,
  );
  return result.environment.set;
}

/** Starts the built command line's sandbox, as its users do. @throws Error where it ends before it answers */
export async function startRunningSandbox(...flags: readonly string[]): Promise<RunningSandbox> {
  const folder = await mkdtemp(join(tmpdir(), "irsa-"));
  const own = cleanEnvironment(folder);
  const words = [EXECUTABLE, "sandbox", "start", "-o", "json", ...flags];
  const child = spawn(process.execPath, words, { env: own, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  const ended = exited.then((): never => {
    throw new Error(`the sandbox ended:\n${output}${errors}`);
  });
  // It ends when it is stopped, too.
  ended.catch(() => undefined);
  const set = await Promise.race([environmentSaidBy(() => output), ended]);
  return {
    environment: { ...own, ...set },
    client: {
      endpoint: set["AWS_ENDPOINT_URL"] ?? "",
      region: set["AWS_REGION"] ?? "",
      credentials: {
        accessKeyId: set["AWS_ACCESS_KEY_ID"] ?? "",
        secretAccessKey: set["AWS_SECRET_ACCESS_KEY"] ?? "",
      },
    },
    folder,
    async stop() {
      child.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}
