import {
  definition,
  fields,
  flag,
  pairs,
  text,
  texts,
  type CustomResourceDefinition,
  type Schema,
} from "./definition.ts";

const reference = fields(
  { name: text },
  {
    namespace: text,
    policy: fields(
      {},
      {
        resolution: { type: "string", enum: ["Required", "Optional"] },
        resolve: { type: "string", enum: ["Always", "IfNotPresent"] },
      },
    ),
  },
);

const ACTIONS = ["Observe", "Create", "Update", "Delete", "LateInitialize", "*"];

/** What every managed resource has around its own fields; `required` ones only where it may be created. */
function managed(own: Readonly<Record<string, Schema>>, required: readonly string[]): Schema {
  const schema = fields(
    { forProvider: fields({}, own) },
    {
      initProvider: fields({}, own),
      managementPolicies: {
        type: "array",
        items: { type: "string", enum: ACTIONS },
        default: ["*"],
      },
      providerConfigRef: {
        ...fields({ kind: text, name: text }),
        default: { kind: "ClusterProviderConfig", name: "default" },
      },
    },
  );
  return {
    ...schema,
    "x-kubernetes-validations": required.map((name) => ({
      message: `spec.forProvider.${name} is a required parameter`,
      rule: `self.managementPolicies == ['Observe'] || has(self.forProvider.${escaped(name)})`,
    })),
  };
}

/** Words of CEL's own have underscores around them. */
function escaped(name: string): string {
  return name === "namespace" ? "__namespace__" : name;
}

const IAM = { group: "iam.aws.m.upbound.io", version: "v1beta1" };
const tags = pairs;
const number = { type: "number" };

/** Definitions of Crossplane's namespaced managed resources for IAM and EKS. Source: provider-upjet-aws, API reference. */
export const CROSSPLANE_DEFINITIONS: readonly CustomResourceDefinition[] = [
  definition({
    ...IAM,
    kind: "Role",
    plural: "roles",
    spec: managed(
      {
        assumeRolePolicy: text,
        description: text,
        forceDetachPolicies: flag,
        maxSessionDuration: number,
        path: text,
        permissionsBoundary: text,
        tags,
      },
      ["assumeRolePolicy"],
    ),
  }),
  definition({
    ...IAM,
    kind: "RolePolicyAttachment",
    plural: "rolepolicyattachments",
    spec: managed({ policyArn: text, policyArnRef: reference, role: text, roleRef: reference }, []),
  }),
  definition({
    ...IAM,
    kind: "RolePolicy",
    plural: "rolepolicies",
    spec: managed({ policy: text, role: text, roleRef: reference }, ["policy"]),
  }),
  definition({
    ...IAM,
    kind: "OpenIDConnectProvider",
    plural: "openidconnectproviders",
    spec: managed({ url: text, clientIdList: texts, thumbprintList: texts, tags }, ["url", "clientIdList"]),
  }),
  definition({
    group: "eks.aws.m.upbound.io",
    version: "v1beta1",
    kind: "PodIdentityAssociation",
    plural: "podidentityassociations",
    spec: managed(
      {
        region: text,
        clusterName: text,
        clusterNameRef: reference,
        namespace: text,
        serviceAccount: text,
        roleArn: text,
        roleArnRef: reference,
        targetRoleArn: text,
        targetRoleArnRef: reference,
        disableSessionTags: flag,
        tags,
      },
      ["namespace", "serviceAccount"],
    ),
  }),
];
