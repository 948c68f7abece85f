import { execFile } from "node:child_process";
import { findKubectl } from "./control-plane/binaries.ts";
import { cleanEnvironment } from "./environment.ts";
import { PATIENCE } from "./patience.ts";
import { openNursery } from "./process.ts";

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl with these arguments and this input; never rejects on an exit code. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<Ended>;

/** kubectl with a kubeconfig. The folder that it may write to is gone when `close` was called. */
export async function openKubectl(
  kubeconfig: string,
): Promise<{ readonly kubectl: Kubectl; readonly close: () => Promise<void> }> {
  const nursery = await openNursery(0);
  const [program, ...leading] = await findKubectl(nursery);
  const env = { ...cleanEnvironment(nursery.folder), KUBECONFIG: kubeconfig };
  const kubectl: Kubectl = (args, input = "") =>
    new Promise((resolve) => {
      const options = { env, timeout: PATIENCE.timeout, maxBuffer: 2 ** 27 };
      const child = execFile(program, [...leading, ...args], options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr });
      });
      child.stdin?.end(input);
    });
  return { kubectl, close: nursery.close };
}

/** What kubectl prints in JSON. @throws Error with its message */
export async function inJson<Value>(
  kubectl: Kubectl,
  args: readonly string[],
  input?: string,
): Promise<Value> {
  const { code, stdout, stderr } = await kubectl([...args, "-o", "json"], input);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
