import type { PodSpec } from "./kubernetes-objects.ts";
import { ROLE_VARIABLE, URI_VARIABLE } from "./pod-credentials.ts";

/** How a pod's containers get their role: with a token (`irsa`), from the agent of EKS Pod Identity, or not at all. */
export type PodWay = "irsa" | "pod-identity" | "none";

/** By which way a pod gets its role. SDKs try a web identity before the agent, so that a pod with both uses IRSA. */
export function podWay({ containers }: Pick<PodSpec, "containers">): PodWay {
  const has = (variable: string): boolean => containers.some(({ env }) => variable in env);
  if (has(ROLE_VARIABLE)) return "irsa";
  return has(URI_VARIABLE) ? "pod-identity" : "none";
}
