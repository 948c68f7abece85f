import type { Cluster } from "./cluster.ts";
import type { Failure } from "./failure.ts";

/** True for two URLs of one server. */
export function isSameServer(one: string, other: string): boolean {
  return normal(one) === normal(other);
}

/** True for a failure of the server that EKS names: of a tunnel's or another kubeconfig server EKS knows nothing. */
export function isOfEndpoint(failure: Failure, { endpoint }: Cluster): boolean {
  const server = failure.detail.facts?.find(([label]) => label === "server")?.[1];
  return endpoint !== undefined && typeof server === "string" && isSameServer(server, endpoint);
}

function normal(server: string): string {
  return server.toLowerCase().replace(/\/+$/, "").replace(/:443$/, "");
}
