import type { PodSpec } from "./kubernetes-objects.ts";
import { ROLE_VARIABLE, URI_VARIABLE } from "./pod-credentials.ts";

/** A way by which pods get the role of their ServiceAccount: with a token that STS exchanges, or from the agent of EKS Pod Identity. */
export type WayName = "irsa" | "pod-identity";

/** Every way. */
export const WAYS: readonly WayName[] = ["irsa", "pod-identity"];

/** The way's name in text. */
export function wayLabel(way: WayName): string {
  return way === "irsa" ? "IRSA" : "EKS Pod Identity";
}

/** The way that a migration to this one leaves. */
export function formerWay(goal: WayName): WayName {
  return goal === "irsa" ? "pod-identity" : "irsa";
}

/** The way that a pod's containers use, if any. */
export type PodWay = WayName | "none";

/** By which way a pod gets its role. SDKs try a web identity before the agent, so that a pod with both uses IRSA. */
export function podWay({ containers }: Pick<PodSpec, "containers">): PodWay {
  const has = (variable: string): boolean => containers.some(({ env }) => variable in env);
  if (has(ROLE_VARIABLE)) return "irsa";
  return has(URI_VARIABLE) ? "pod-identity" : "none";
}
