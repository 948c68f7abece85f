import type { InstanceMetadata } from "./instance-metadata.ts";
import { keysOf } from "./keys-of.ts";

/** How a kind of node class is served, and how nodes tell theirs. */
interface NodeClassRow {
  readonly group: string;
  /** The one that this project reads; others are read where it is not served. */
  readonly version: string;
  /** As the API's paths and RBAC name it. */
  readonly resource: string;
  /** The label of nodes with the name of their class. */
  readonly label: string;
}

/** The kinds by the name that manifests have for them. Sources: karpenter.sh, "NodeClasses"; EKS User Guide, "Create a Node Class". */
export const NODE_CLASSES = {
  EC2NodeClass: {
    group: "karpenter.k8s.aws",
    version: "v1",
    resource: "ec2nodeclasses",
    label: "karpenter.k8s.aws/ec2nodeclass",
  },
  NodeClass: {
    group: "eks.amazonaws.com",
    version: "v1",
    resource: "nodeclasses",
    label: "eks.amazonaws.com/nodeclass",
  },
} as const satisfies Readonly<Record<string, NodeClassRow>>;

/** A kind of node class: Karpenter's, and EKS Auto Mode's. */
export type NodeClassKind = keyof typeof NODE_CLASSES;

/** The kinds, Karpenter's first. */
export const NODE_CLASS_KINDS = keysOf(NODE_CLASSES);

/** A node class, with what we read of it: what the next node of a node pool will be. Its strings are of whoever wrote the object. */
export interface NodeClass {
  readonly kind: NodeClassKind;
  readonly name: string;
  /** The role by name; Karpenter or EKS puts it into an instance profile of its own. */
  readonly role?: string;
  /** The name of an instance profile that exists. */
  readonly instanceProfile?: string;
  /** How its instances will offer their metadata; `undefined` where that is not known. */
  readonly metadata: InstanceMetadata | undefined;
}
