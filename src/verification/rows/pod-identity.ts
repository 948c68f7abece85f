import type { Row } from "./row.ts";
import { TARGET_ROLE_ROWS } from "./target-role.ts";

const PODS = "`pods.eks.amazonaws.com`";
const ADD_TRUST = "`irsa create-sa --pod-identity --attach-role-arn ROLE_ARN --add-trust`";

/** Problems of EKS Pod Identity: the association, the agent, both roles, and pods that can't use them. */
export const POD_IDENTITY_ROWS = {
  "agent-missing": {
    row: "P1",
    link: "agent",
    title: "the Pod Identity agent is not installed",
    cause:
      "Neither the add-on eks-pod-identity-agent nor a DaemonSet of it is in the cluster. The SDK in the pod gets no answer from 169.254.170.23.",
    evidence:
      "`eks:DescribeAddon` finds no add-on, and no pod has the label `app.kubernetes.io/name: eks-pod-identity-agent`.",
    fix: "Install it: `irsa associate-agent`. Nodes of EKS Auto Mode have it built in.",
  },
  "agent-not-ready": {
    row: "P2",
    link: "agent",
    title: "the Pod Identity agent is not ready",
    cause:
      "The node is new, the agent's image can't be pulled, ports 80 or 2703 of the node are taken, or the node can't reach EKS Auth.",
    evidence: "The agent's pod on the node of a pod is not Ready, or the add-on is active and has no pods.",
    fix: "See the agent's pod (`kubectl -n kube-system describe pod`) and the add-on's issues (`aws eks describe-addon`).",
  },
  "agent-not-on-node": {
    row: "P3",
    link: "agent",
    title: "the Pod Identity agent does not run on the pod's node",
    cause:
      "The agent's DaemonSet does not select the node, its pod does not fit, or the node is a hybrid node, which needs a DaemonSet of its own.",
    evidence:
      "No pod of the agent is on the node that the pod runs on, and the node is not one of EKS Auto Mode.",
    fix: "Check the node selectors and tolerations of the DaemonSet. For hybrid nodes, enable its second DaemonSet in the add-on's configuration.",
  },
  "association-missing": {
    row: "P4",
    link: "association",
    title: "the association that the pod was created with does not exist",
    cause:
      "It was deleted, or recreated for a different namespace or ServiceAccount. The agent gets ResourceNotFoundException.",
    evidence:
      "The pod has the variables of Pod Identity, and `eks:ListPodIdentityAssociations` finds no association of its ServiceAccount.",
    fix: "If irsa manages the role: `irsa verify --fix`. Otherwise create the association again, or restart the workload if its pods should do without it.",
  },
  "pod-association-gone": {
    row: "P4",
    link: "pod",
    title: "pods run with Pod Identity, but the ServiceAccount has no association",
    cause:
      "The association was deleted while the pods ran. They keep the agent's credentials for up to 6 hours, then they get none; an annotation does not help them.",
    evidence:
      "Running pods have the variables of Pod Identity, and `eks:ListPodIdentityAssociations` finds no association of their ServiceAccount.",
    fix: "Restart them: `kubectl rollout restart`.",
  },
  "associated-role-missing": {
    row: "P5",
    link: "role",
    title: "the association's role does not exist",
    cause: "The role was deleted, or recreated with another path.",
    evidence: "`iam:GetRole` does not find the association's role, or returns another ARN.",
    fix: "Create the role again with its policies, or set another role on the association. If irsa manages another role for the ServiceAccount: `irsa verify --fix`.",
  },
  "pods-not-trusted": {
    row: "P6",
    link: "trust-policy",
    title: `the trust policy does not allow ${PODS}`,
    cause: "The role was made for something else, for example IRSA or EC2 instances.",
    evidence: `No Allow statement has the principal ${PODS} and the action \`sts:AssumeRole\`.`,
    fix: `Add a statement for the ServiceAccount, as the owner of the role: ${ADD_TRUST}.`,
  },
  "tag-session-missing": {
    row: "P7",
    link: "trust-policy",
    title: "the trust policy does not allow sts:TagSession",
    cause:
      "EKS tags the sessions with cluster, namespace, ServiceAccount and pod, unless the association disables that.",
    evidence: `The trust policy allows ${PODS} \`sts:AssumeRole\`, but not \`sts:TagSession\`.`,
    fix: `Add a statement with \`sts:TagSession\`, as the owner of the role: ${ADD_TRUST}. Or disable session tags on the association.`,
  },
  "pods-condition-unmet": {
    row: "P8",
    link: "trust-policy",
    title: "a condition of the trust policy is not met",
    cause:
      "The statement requires a different AWS account (`aws:SourceAccount`), cluster (`aws:SourceArn`), namespace or ServiceAccount (`aws:RequestTag/kubernetes-…`), or session tags that the association disables.",
    evidence: "The operator and the key of the condition, and the value in EKS's request.",
    fix: `Add a statement for the ServiceAccount, as the owner of the role: ${ADD_TRUST}.`,
  },
  "pods-denied": {
    row: "P9",
    link: "trust-policy",
    title: "a Deny statement in the trust policy denies EKS",
    cause: "A statement with Effect Deny matches. It takes precedence over every Allow.",
    evidence: "The Deny statement in the trust policy whose principal, action and conditions all match.",
    fix: "Ask the owner of the role to change that statement.",
  },
  ...TARGET_ROLE_ROWS,
  "session-policy-empty": {
    row: "P14",
    link: "session-policy",
    title: "the association's session policy allows nothing",
    cause:
      "A session policy limits the sessions: what it does not allow is denied, whatever the role's policies say.",
    evidence: "The association's policy has no Allow statement.",
    fix: "Set a session policy that allows what the workload needs, or remove it from the association.",
  },
  "association-not-injected": {
    row: "P15",
    link: "webhook",
    title: "pods are admitted without the variables of Pod Identity, although there is an association",
    cause:
      "The webhook learns of a new association within some seconds, or the API server can't call the webhook and its failurePolicy is Ignore.",
    evidence: "A dry-run pod is admitted without AWS_CONTAINER_CREDENTIALS_FULL_URI.",
    fix: "If the association is new, verify again. Otherwise check the network between the API server and the webhook, and its certificate.",
  },
  "agent-not-on-fargate": {
    row: "P16",
    link: "workload",
    title: "the pod runs on Fargate, where there is no Pod Identity agent",
    cause:
      "The pod matches a Fargate profile. EKS Pod Identity needs an agent on the node, which Fargate does not have.",
    evidence: "The label `eks.amazonaws.com/fargate-profile` of the pod.",
    fix: "Use IRSA for this ServiceAccount: annotate it with a role, and delete the association.",
  },
  "agent-not-on-windows": {
    row: "P17",
    link: "workload",
    title: "the pod runs on Windows, where there is no Pod Identity agent",
    cause: "The pod selects Windows nodes. The agent runs on Linux nodes alone.",
    evidence: "The pod's nodeSelector, affinity or os.",
    fix: "Use IRSA for this ServiceAccount: annotate it with a role, and delete the association.",
  },
  "agent-by-proxy": {
    row: "P18",
    link: "workload",
    title: "a proxy is set, and NO_PROXY does not have the agent's address",
    cause:
      "SDKs that follow HTTP_PROXY for the agent's address ask the proxy, which can't reach the node. Others are not affected.",
    evidence: "HTTP_PROXY or ALL_PROXY in the env of a container, without the agent's address in NO_PROXY.",
    fix: "Add 169.254.170.23 and [fd00:ec2::23] to NO_PROXY.",
  },
  "agent-variable-preset": {
    row: "P19",
    link: "workload",
    title:
      "a variable of the container credentials is set in the manifest, so the SDK does not ask the agent",
    cause:
      "A container sets AWS_CONTAINER_CREDENTIALS_FULL_URI or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE itself: the webhook injects both or neither. AWS_CONTAINER_CREDENTIALS_RELATIVE_URI comes before both.",
    evidence: "The env of the container.",
    fix: "Remove the AWS_CONTAINER_* variables from the container's env.",
  },
  "agent-token-missing": {
    row: "P19",
    link: "workload",
    title: "the token for the agent is not where the SDK reads it, or is one for something else",
    cause:
      "The webhook keeps a volume named `eks-pod-identity-token`, whatever is in it, and does not mount its own.",
    evidence:
      "The volume that is mounted at the path of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE has no ServiceAccount token for the audience `pods.eks.amazonaws.com`.",
    fix: "Remove the volume and its mounts from the pod template.",
  },
  "web-identity-preset": {
    row: "P20",
    link: "workload",
    title: "a web identity is set in the manifest, which SDKs use before Pod Identity",
    cause:
      "A container sets AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE itself. SDKs use them before the container credentials.",
    evidence: "The env of the container.",
    fix: "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the container's env, or delete the association.",
  },
  "pod-before-association": {
    row: "P21",
    link: "pod",
    title: "pods started before the association",
    cause:
      "The webhook only changes pods when they are created. Pods keep what they were given then: the annotated role by IRSA, or nothing.",
    evidence: "Running pods lack AWS_CONTAINER_CREDENTIALS_FULL_URI.",
    fix: "Restart them: `kubectl rollout restart`.",
  },
  "credentials-cached": {
    row: "P22",
    link: "pod",
    title: "the agent may still give credentials from before the association was changed",
    cause: "The agent keeps credentials for up to 6 hours, with a target role for 59 minutes.",
    evidence: "The association was changed after the pod was created, and not longer ago than that.",
    fix: "Wait, or restart the pods: `kubectl rollout restart`.",
  },
  "exchange-refused": {
    row: "P23",
    link: "exchange",
    title: "EKS rejects a pod's token, although everything else looks right",
    cause:
      "The association or the trust policy is new and has not propagated, the association's role may not assume its target role, or a resource control policy (RCP) of the AWS organization denies `sts:AssumeRole` or `sts:TagSession`.",
    evidence: "The error code and message of `eks-auth:AssumeRoleForPodIdentity`.",
    fix: "Verify again after a minute. If it persists, ask an administrator of the AWS organization to check for RCPs.",
  },
  "session-tags-too-large": {
    row: "P25",
    link: "exchange",
    title: "the session tags that EKS adds are too large",
    cause:
      "The tags have the names of cluster, namespace, ServiceAccount and pod. AWS packs them into a format whose limit has no published figure.",
    evidence: "`eks-auth:AssumeRoleForPodIdentity` answers PackedPolicyTooLarge.",
    fix: "Use shorter names, or disable the association's session tags: `irsa update-sa --disable-session-tags`. The trust policy then allows every association of the cluster with the role.",
  },
} as const satisfies Readonly<Record<string, Row>>;
