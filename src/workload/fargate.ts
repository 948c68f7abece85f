import type { PodSpec } from "../model/kubernetes-objects.ts";

/** True for a pod on Fargate: EKS labels it when it is created. Source: EKS User Guide, "Fargate pod configuration". */
export function isOnFargate({ labels }: PodSpec): boolean {
  return "eks.amazonaws.com/fargate-profile" in labels;
}
