import { aligned } from "../../output/columns.ts";
import { line } from "../../output/line.ts";
import type { Terminal } from "../../output/terminal.ts";
import { eksCluster, type Sandbox } from "irsa-sandbox";
import { sandboxFailure, startCommandSandbox } from "../shared/command-sandbox.ts";
import type { ParsedSandbox } from "./options.ts";

/**
 * Starts the sandbox that the flags ask for. A real cluster is named before anything of it is called.
 * @throws Failure as `startSandbox` does, `eks-cluster`, and for a kubeconfig that is not valid or verifies no TLS
 */
export async function openSandbox(
  { options, real }: ParsedSandbox,
  { say }: Pick<Terminal, "say">,
): Promise<Sandbox> {
  if (real === undefined) return startCommandSandbox(options);
  const [{ connect }, { shownServer, throughProxy }, { connectableAccess }, { eksSignOf }] =
    await Promise.all([
      import("../../kubernetes/connection.ts"),
      import("../../kubernetes/api-access.ts"),
      import("../../kubernetes/kubeconfig.ts"),
      import("../../kubernetes/eks-context.ts"),
    ]);
  const { kubeconfig, webhook, writable } = real;
  const access = connectableAccess(kubeconfig, undefined);
  const allowed = writable ? "read and written" : "read only (--allow-cluster-writes to write too)";
  aligned([
    ["real cluster", line`context ${access.context}     ${shownServer(access)}`],
    ["", allowed],
  ]).forEach(say);
  const sign = eksSignOf(access);
  if (sign !== undefined) throw sandboxFailure(eksCluster(sign));
  const api = connect(throughProxy(access));
  return startCommandSandbox({
    ...options,
    real: { api, writable, ...(webhook !== undefined && { webhook }) },
  });
}
