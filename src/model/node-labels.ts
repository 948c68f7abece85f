import type { Node } from "./kubernetes-objects.ts";
import { NODE_CLASS_KINDS, NODE_CLASSES, type NodeClassKind } from "./node-classes.ts";
import { COMPUTE_TYPE } from "./pod-identity-agent.ts";

/** What starts nodes, as people call it. Fargate's and hybrid nodes are not EC2 instances. */
export type NodeSourceKind =
  | "node group"
  | "self-managed node group"
  | "Karpenter node pool"
  | "Auto Mode node pool"
  | "Fargate profile"
  | "self-managed nodes"
  | NodeClassKind;

/** What has started some nodes; its name is empty where nothing tells it. */
export interface NodeSource {
  readonly kind: NodeSourceKind;
  readonly name: string;
}

/** Labels by which nodes tell what has started them. Source: EKS User Guide; karpenter.sh, "Well-known labels"; eksctl. */
const NODE_GROUP = "eks.amazonaws.com/nodegroup";
const NODE_POOL = "karpenter.sh/nodepool";
const EKSCTL_GROUP = "alpha.eksctl.io/nodegroup-name";

/** What has started the node; `undefined` for one that is not an EC2 instance: its pods find no instance metadata. */
export function sourceOfNode({ labels, providerId }: Node): NodeSource | undefined {
  const { [NODE_GROUP]: group, [NODE_POOL]: pool, [EKSCTL_GROUP]: eksctl } = labels;
  const type = labels[COMPUTE_TYPE];
  if (type === "fargate" || type === "hybrid") return undefined;
  if (providerId?.startsWith("eks-hybrid:") === true) return undefined;
  if (group !== undefined) return { kind: "node group", name: group };
  if (pool !== undefined)
    return { kind: type === "auto" ? "Auto Mode node pool" : "Karpenter node pool", name: pool };
  if (eksctl !== undefined) return { kind: "self-managed node group", name: eksctl };
  return { kind: "self-managed nodes", name: "" };
}

/** The node class that the node was started by, if its labels tell one. */
export function classOfNode({ labels }: Node): NodeSource | undefined {
  const kind = NODE_CLASS_KINDS.find((one) => labels[NODE_CLASSES[one].label] !== undefined);
  return kind && { kind, name: labels[NODE_CLASSES[kind].label] ?? "" };
}

/** The id of the node's instance. Source: cloud-provider-aws, InstanceID (`aws:///eu-west-1a/i-0123456789abcdef0`). */
export function instanceIdOf({ providerId = "" }: Node): string | undefined {
  return /^aws:\/\/\/.*\/(i-[0-9a-f]+)$/.exec(providerId)?.[1];
}
