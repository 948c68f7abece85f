import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { SandboxError } from "../sandbox-error.ts";

/** A real cluster's API, reached with the credentials of its kubeconfig. */
export interface RealClusterApi {
  send(call: {
    readonly method: "GET" | "POST" | "PUT" | "DELETE";
    readonly path: string;
    readonly body?: unknown;
  }): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Passes a request on as it is, and gives the answer as it comes. */
  pass(request: {
    readonly method: string;
    readonly path: string;
    readonly headers: OutgoingHttpHeaders;
    readonly body: Readable;
  }): Promise<IncomingMessage>;
  close(): void;
}

/** Reads something that must be there. @throws SandboxError `real-cluster` with the API server's answer when it is not */
export async function mustRead(api: RealClusterApi, path: string): Promise<unknown> {
  const { status, body } = await api.send({ method: "GET", path });
  if (status === 200) return body;
  throw new SandboxError("real-cluster", `the kubeconfig's user can't get ${path} from the cluster`, [
    ["response", `${status} ${JSON.stringify(body)}`],
  ]);
}
