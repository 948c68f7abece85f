import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import type { ParsedSandbox } from "./options.ts";

/** Starts the sandbox that the flags ask for. @throws Failure as `startSandbox` does, and for a kubeconfig that is no good */
export async function openSandbox({ options, real }: ParsedSandbox): Promise<Sandbox> {
  if (real === undefined) return startSandbox(options);
  const [{ connect }, { connectableKubeConfig, throughProxy }] = await Promise.all([
    import("../../kubernetes/connection.ts"),
    import("../../kubernetes/kubeconfig.ts"),
  ]);
  const { kubeconfig, webhook } = real;
  const api = connect(throughProxy(connectableKubeConfig(kubeconfig, undefined)));
  return startSandbox({ ...options, real: { api, ...(webhook !== undefined && { webhook }) } });
}
