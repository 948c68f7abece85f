import {
  ANY,
  FLAG,
  listOf,
  object,
  openObject,
  passedOver,
  TEXT,
  TEXTS_BY_KEY,
  type Field,
  type ObjectShape,
  type Shape,
} from "./shape.ts";
import { WELL_KNOWN_POLICIES } from "./well-known-policies/catalog.ts";
import type { PolicyInput, WellKnownPolicy } from "./well-known-policies/policy.ts";

/**
 * The fields of an eksctl ClusterConfig. All that is under `iam.serviceAccounts[]` and
 * `iam.podIdentityAssociations[]` is here; of the rest only the names, as it is ignored.
 * Source: eksctl 0.231, `eksctl utils schema`.
 */

const ARN = "^arn:aws[a-z0-9-]*:";
const POLICY_ARNS: Shape = listOf({ kind: "text", pattern: `${ARN}iam::(\\d{12}|aws):policy/` });
const ROLE_ARN: Shape = { kind: "text", pattern: `${ARN}iam::\\d{12}:role/` };
const POLICY_ARN: Shape = { kind: "text", pattern: `${ARN}iam::(\\d{12}|aws):policy/` };

const WELL_KNOWN: ObjectShape = object(
  Object.fromEntries(WELL_KNOWN_POLICIES.map((policy) => [policy.field, wellKnownField(policy)])),
);

function wellKnownField({ about, source, eksctl, inputs }: WellKnownPolicy): Field {
  const addition = eksctl ? "" : "; irsa extension, not supported by eksctl";
  const fields = object(
    Object.fromEntries(Object.entries(inputs).map(([name, one]) => [name, inputField(one)])),
  );
  const needed = Object.values(inputs).some(({ required = false }) => required);
  const shape: Shape =
    Object.keys(inputs).length === 0 ? FLAG : { kind: "choice", flag: !needed, object: fields };
  return { about: `${about} (${source})${addition}`, shape };
}

function inputField({ about, kind, pattern, required = false }: PolicyInput): Field {
  const item: Shape = { kind: "text", pattern: pattern === undefined ? ARN : pattern.source };
  return { about, required, shape: kind === "switch" ? FLAG : listOf(item) };
}

const SERVICE_ACCOUNT = object({
  metadata: {
    about: "the ServiceAccount's name, namespace, labels and annotations",
    required: true,
    shape: object({
      name: { about: "ServiceAccount name", required: true, shape: TEXT },
      namespace: { about: "its namespace, created if it is missing (default: default)", shape: TEXT },
      labels: { about: "labels of the ServiceAccount", shape: TEXTS_BY_KEY },
      annotations: {
        about:
          "annotations of the ServiceAccount; eks.amazonaws.com/audience sets the audience of its tokens",
        shape: TEXTS_BY_KEY,
      },
    }),
  },
  attachPolicyARNs: { about: "managed policies to attach to its role", shape: POLICY_ARNS },
  attachPolicy: { about: "inline policy document of its role", shape: { kind: "map", of: ANY } },
  wellKnownPolicies: { about: "predefined permissions, by the name of the controller", shape: WELL_KNOWN },
  attachRoleARN: { about: "existing role, used unchanged", shape: ROLE_ARN },
  permissionsBoundary: { about: "its role's permissions boundary", shape: POLICY_ARN },
  roleName: {
    about: "role name (default: generated from cluster, namespace and ServiceAccount)",
    shape: TEXT,
  },
  roleOnly: { about: "create only the role, not the ServiceAccount", shape: FLAG },
  tags: { about: "tags of its role", shape: TEXTS_BY_KEY },
  subjectPattern: {
    about: "not supported: a role trusts only its own ServiceAccount",
    shape: TEXT,
  },
  status: passedOver("status written by eksctl"),
});

const POD_IDENTITY_ASSOCIATION = object({
  namespace: { about: "ServiceAccount namespace", required: true, shape: TEXT },
  serviceAccountName: { about: "ServiceAccount name", required: true, shape: TEXT },
  roleARN: { about: "existing role, used unchanged", shape: ROLE_ARN },
  targetRoleARN: {
    about: "role that EKS assumes with the first one, such as one in another AWS account",
    shape: ROLE_ARN,
  },
  createServiceAccount: {
    about: "also create the ServiceAccount, and its namespace if it is missing",
    shape: FLAG,
  },
  roleName: {
    about: "role name (default: generated from cluster, namespace and ServiceAccount)",
    shape: TEXT,
  },
  permissionsBoundaryARN: { about: "its role's permissions boundary", shape: POLICY_ARN },
  permissionPolicyARNs: { about: "managed policies to attach to its role", shape: POLICY_ARNS },
  permissionPolicy: { about: "inline policy document of its role", shape: { kind: "map", of: ANY } },
  permissionPolicyName: passedOver("inline policies are compared by what they allow", TEXT),
  policy: {
    about: "session policy in JSON, which limits the sessions; requires disableSessionTags",
    shape: TEXT,
  },
  wellKnownPolicies: { about: "predefined permissions, by the name of the controller", shape: WELL_KNOWN },
  tags: { about: "tags of its role and of the association", shape: TEXTS_BY_KEY },
  disableSessionTags: {
    about: "don't tag sessions with cluster, namespace and ServiceAccount",
    shape: FLAG,
  },
});

/** What of an add-on is about Pod Identity; the rest is eksctl's. */
const ADDON = openObject({
  name: { about: "the add-on's name", required: true, shape: TEXT },
  podIdentityAssociations: {
    about: "associations that EKS manages with the add-on; checked and left unchanged by irsa",
    shape: listOf(POD_IDENTITY_ASSOCIATION),
  },
  useDefaultPodIdentityAssociations: {
    about: "EKS creates the associations that the add-on recommends; left unchanged by irsa",
    shape: FLAG,
  },
});

const ADDONS_CONFIG = openObject({
  autoApplyPodIdentityAssociations: {
    about: "EKS creates the associations that add-ons recommend; left unchanged by irsa",
    shape: FLAG,
  },
});

const IAM = object({
  withOIDC: { about: "create an IAM OIDC identity provider for the cluster", shape: FLAG },
  serviceAccounts: { about: "ServiceAccounts with an IAM role", shape: listOf(SERVICE_ACCOUNT) },
  podIdentityAssociations: {
    about: "ServiceAccounts with an IAM role by EKS Pod Identity",
    shape: listOf(POD_IDENTITY_ASSOCIATION),
  },
  serviceRoleARN: passedOver("the cluster's role"),
  serviceRolePermissionsBoundary: passedOver("the boundary of the cluster's role"),
  fargatePodExecutionRoleARN: passedOver("the role of Fargate"),
  fargatePodExecutionRolePermissionsBoundary: passedOver("the boundary of the role of Fargate"),
  vpcResourceControllerPolicy: passedOver("a policy of the cluster's role"),
});

const METADATA_FIELDS: Readonly<Record<string, Field>> = {
  name: { about: "the cluster's name", required: true, shape: TEXT },
  region: { about: "its region", required: true, shape: TEXT },
  version: passedOver("Kubernetes version"),
  tags: passedOver("tags of resources created by eksctl"),
  annotations: {
    about: "ignored by eksctl; irsa/aws-account is the ID of the cluster's AWS account",
    shape: TEXTS_BY_KEY,
  },
  forceUpdateVersion: passedOver("how eksctl updates"),
  rollbackConfig: passedOver("how eksctl updates"),
};

/** Which AWS account the cluster is in, where several have one of its name in its region. */
export const AWS_ACCOUNT_ANNOTATION = "irsa/aws-account";

const REST = [
  "accessConfig",
  "autoModeConfig",
  "availabilityZones",
  "capabilities",
  "cloudWatch",
  "controlPlaneScalingConfig",
  "fargateProfiles",
  "gitops",
  "iamIdentityMappings",
  "identityProviders",
  "karpenter",
  "kubeAPIServerConfig",
  "kubeControllerManagerConfig",
  "kubeSchedulerConfig",
  "kubernetesNetworkConfig",
  "localZones",
  "managedNodeGroups",
  "nodeGroups",
  "outpost",
  "privateCluster",
  "remoteNetworkConfig",
  "secretsEncryption",
  "upgradePolicy",
  "vpc",
  "zonalShiftConfig",
];

/** The whole format: `eksctl.io/v1alpha5`, kind `ClusterConfig`. */
export const CLUSTER_CONFIG: ObjectShape = object({
  apiVersion: {
    about: "eksctl.io/v1alpha5",
    required: true,
    shape: { kind: "text", oneOf: ["eksctl.io/v1alpha5"] },
  },
  kind: { about: "ClusterConfig", required: true, shape: { kind: "text", oneOf: ["ClusterConfig"] } },
  metadata: { about: "the cluster's name and region", required: true, shape: object(METADATA_FIELDS) },
  iam: { about: "what irsa manages", shape: IAM },
  addons: passedOver("add-ons, except for their Pod Identity associations", listOf(ADDON)),
  addonsConfig: passedOver("how eksctl installs add-ons", ADDONS_CONFIG),
  ...Object.fromEntries(REST.map((name) => [name, passedOver("unrelated to ServiceAccounts")])),
});

/** The same where the clusters are those of targets: `metadata` chooses among them, and may be left out. */
export const CLUSTER_CONFIG_OF_TARGETS: ObjectShape = object({
  ...CLUSTER_CONFIG.fields,
  metadata: {
    about: "which clusters (default: all)",
    shape: object(
      Object.fromEntries(
        Object.entries(METADATA_FIELDS).map(([name, field]) => [name, { ...field, required: false }]),
      ),
    ),
  },
});
