import { definition, fields, text, whole, type CustomResourceDefinition } from "./definition.ts";

/** Karpenter's defaults, which the API server fills in. Source: karpenter.sh, "NodeClasses", spec.metadataOptions. */
const metadataOptions = {
  ...fields(
    {},
    {
      httpEndpoint: { ...text, enum: ["enabled", "disabled"], default: "enabled" },
      httpTokens: { ...text, enum: ["required", "optional"], default: "required" },
      httpPutResponseHopLimit: { ...whole, minimum: 1, maximum: 64, default: 1 },
    },
  ),
  default: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
};

/** The node classes of Karpenter and EKS Auto Mode. Sources: karpenter.sh, "NodeClasses"; EKS User Guide, "Create a Node Class". */
export const NODE_CLASS_DEFINITIONS: readonly CustomResourceDefinition[] = [
  definition({
    group: "karpenter.k8s.aws",
    version: "v1",
    kind: "EC2NodeClass",
    plural: "ec2nodeclasses",
    scope: "Cluster",
    spec: fields({}, { role: text, instanceProfile: text, metadataOptions }),
  }),
  definition({
    group: "eks.amazonaws.com",
    version: "v1",
    kind: "NodeClass",
    plural: "nodeclasses",
    scope: "Cluster",
    spec: fields({}, { role: text, instanceProfile: text }),
  }),
];
