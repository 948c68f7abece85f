import {
  definition,
  fields,
  flag,
  pairs,
  text,
  texts,
  whole,
  type CustomResourceDefinition,
} from "./definition.ts";

const tags = { type: "array", items: fields({ key: text, value: text }) };
const reference = fields({ from: fields({ name: text }, { namespace: text }) });

/** Definitions of the resources of ACK's controllers for IAM and EKS. Source: ACK, API reference (v1alpha1). */
export const ACK_DEFINITIONS: readonly CustomResourceDefinition[] = [
  definition({
    group: "iam.services.k8s.aws",
    version: "v1alpha1",
    kind: "Role",
    plural: "roles",
    spec: fields(
      { name: text, assumeRolePolicyDocument: text },
      {
        path: text,
        description: text,
        maxSessionDuration: whole,
        permissionsBoundary: text,
        permissionsBoundaryRef: reference,
        policies: texts,
        policyRefs: { type: "array", items: reference },
        inlinePolicies: pairs,
        tags,
      },
    ),
  }),
  definition({
    group: "iam.services.k8s.aws",
    version: "v1alpha1",
    kind: "OpenIDConnectProvider",
    plural: "openidconnectproviders",
    spec: fields({ url: text }, { clientIDs: texts, thumbprints: texts, tags }),
  }),
  definition({
    group: "eks.services.k8s.aws",
    version: "v1alpha1",
    kind: "PodIdentityAssociation",
    plural: "podidentityassociations",
    spec: fields(
      { namespace: text, serviceAccount: text },
      {
        clusterName: text,
        clusterRef: reference,
        roleARN: text,
        roleRef: reference,
        targetRoleARN: text,
        targetRoleRef: reference,
        disableSessionTags: flag,
        policy: text,
        tags: pairs,
      },
    ),
  }),
];
