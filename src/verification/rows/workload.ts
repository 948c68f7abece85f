import type { Row } from "./row.ts";

/** Problems of a workload's pod template and of its running pods. */
export const WORKLOAD_ROWS = {
  "runs-as-default": {
    row: "E1",
    link: "workload",
    title: "runs as ServiceAccount `default`, which has no role",
    cause: "The pod template has no serviceAccountName, or a wrong one. The pods use the node's role.",
    evidence: "The serviceAccountName of the pod template is `default` or absent.",
    fix: "Set serviceAccountName: `irsa use-sa --name NAME KIND/NAME`, or `irsa use-sa --name NAME -f FILE` for manifests.",
  },
  "skip-label": {
    row: "D4",
    link: "workload",
    title: "a label disables the webhook",
    cause:
      "The pod template has the label `eks.amazonaws.com/skip-pod-identity-webhook`. Its value does not matter: `false` disables the webhook too.",
    evidence: "The labels of the pod template.",
    fix: "Remove the label from the pod template.",
  },
  "containers-skipped": {
    row: "D5",
    link: "workload",
    title: "an annotation skips every container",
    cause: "The pod annotation `eks.amazonaws.com/skip-containers` lists every container.",
    evidence: "The annotation and the names of the containers.",
    fix: "Remove the containers that need the role from the annotation.",
  },
  "container-skipped": {
    row: "D5",
    link: "workload",
    title: "an annotation skips a container",
    cause:
      "The pod annotation `eks.amazonaws.com/skip-containers` lists the container. It runs without the role, and its SDK uses the node's role or none, while the other containers are injected.",
    evidence: "The annotation and the names of the containers.",
    fix: "Remove the container from the annotation, if it calls AWS with the role. If it does not, nothing is wrong.",
  },
  "skip-unmatched": {
    row: "D5",
    link: "workload",
    title: "skip-containers lists a container that does not exist",
    cause:
      "The pod annotation `eks.amazonaws.com/skip-containers` has a typo or spaces after its commas. The webhook compares names exactly, so the container is not skipped.",
    evidence: "The annotation and the names of the containers.",
    fix: "List the containers' exact names, without spaces.",
  },
  "variable-preset": {
    row: "D6",
    link: "workload",
    title: "one of the two environment variables is set in the manifest, so neither is injected",
    cause:
      "A container sets AWS_ROLE_ARN or AWS_WEB_IDENTITY_TOKEN_FILE itself. The webhook injects both or neither.",
    evidence: "The env of the container has only one of them, or a role other than the ServiceAccount's.",
    fix: "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the container's env.",
  },
  "mount-missing": {
    row: "D7",
    link: "workload",
    title: "the environment variables are set but the token volume is not mounted",
    cause:
      "A container sets the role, the region and AWS_STS_REGIONAL_ENDPOINTS itself. The webhook assumes that it is done with this container and does not mount the token.",
    evidence: "No volume is mounted at the path of AWS_WEB_IDENTITY_TOKEN_FILE.",
    fix: "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the container's env.",
  },
  "volume-preset": {
    row: "D7",
    link: "workload",
    title: "the token is read from a volume of the workload's own, which has none for STS",
    cause:
      "The webhook keeps a volume named `aws-iam-token`, whatever is in it: an emptyDir, a token for a different audience or at a different path.",
    evidence:
      "The volume that is mounted at the path of AWS_WEB_IDENTITY_TOKEN_FILE has no ServiceAccount token there, or one for a different audience.",
    fix: "Remove the volume and its mounts from the pod template.",
  },
  "token-unseen": {
    row: "D7",
    link: "workload",
    title: "the token file is not a projected ServiceAccount token",
    cause:
      "The workload sets AWS_WEB_IDENTITY_TOKEN_FILE itself, to a file of the image or in a volume that some process fills. The pod's spec does not show whether STS accepts its content.",
    evidence: "AWS_WEB_IDENTITY_TOKEN_FILE and the volume that is mounted at its path.",
    fix: "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the container's env, unless something else provides the token on purpose.",
  },
  "windows-by-affinity": {
    row: "D9",
    link: "workload",
    title: "Windows is selected by affinity only, so the token path is a Linux path",
    cause:
      "The pod selects Windows nodes by affinity or by os. The webhook only reads the nodeSelector and otherwise injects a Linux path.",
    evidence: "The pod has no nodeSelector `kubernetes.io/os: windows`.",
    fix: "Add the nodeSelector `kubernetes.io/os: windows`.",
  },
  "token-unreadable": {
    row: "E2",
    link: "workload",
    title: "the container's user can't read the token",
    cause: "Before Kubernetes 1.19 only root, or the group in fsGroup, can read the token file.",
    evidence: "The container runs as a user other than root and the pod has no fsGroup.",
    fix: "Set `securityContext.fsGroup` in the pod spec, for example to 65534.",
  },
  "static-keys": {
    row: "E4",
    link: "workload",
    title: "static access keys in the environment take precedence over the role",
    cause: "SDKs use AWS_ACCESS_KEY_ID before the web identity token.",
    evidence:
      "AWS_ACCESS_KEY_ID in the env of a container, or among the keys of a ConfigMap or Secret in its envFrom.",
    fix: "Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from the container's env, or from that ConfigMap or Secret.",
  },
  "keys-unseen": {
    row: "E4",
    link: "workload",
    title:
      "the keys of a ConfigMap or Secret in envFrom can't be read, so static access keys can't be ruled out",
    cause:
      "The container has variables from a ConfigMap or Secret that the caller is not allowed to get. AWS_ACCESS_KEY_ID among its keys would take precedence over the role.",
    evidence: "The envFrom of the container, and the API server's refusal.",
    fix: "Check the names of its keys, or allow 'get' on it. irsa reads only the names of a Secret's keys (metadata.managedFields), never their values.",
  },
  "kubernetes-token": {
    row: "E7",
    link: "workload",
    title: "the token file is the Kubernetes API token, which has a different audience",
    cause:
      "AWS_WEB_IDENTITY_TOKEN_FILE is set to the token of the Kubernetes API. STS rejects it: Incorrect token audience.",
    evidence: "AWS_WEB_IDENTITY_TOKEN_FILE is a path under kubernetes.io/serviceaccount.",
    fix: "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the container's env.",
  },
  "region-missing": {
    row: "E8",
    link: "workload",
    title: "no region is set, and Fargate has no instance metadata to get it from",
    cause: "On Fargate, SDKs can't determine the region and can't build the host name of STS.",
    evidence: "A container of a Fargate pod has neither AWS_REGION nor AWS_DEFAULT_REGION.",
    fix: "Set AWS_REGION in the container's env.",
  },
  "region-missing-china": {
    row: "E9",
    link: "workload",
    title: "no region is set in China, so the SDK calls STS in another partition",
    cause:
      "Without a region, SDKs call the global STS endpoint, which is not in the China partition. It answers InvalidClientTokenId or No OpenIDConnect provider found.",
    evidence:
      "The cluster is in partition aws-cn, and a container has neither AWS_REGION nor AWS_DEFAULT_REGION.",
    fix: "Set AWS_REGION in the container's env.",
  },
  "region-missing-partition": {
    row: "E9",
    link: "workload",
    title: "no region is set outside the partition aws, so the SDK calls STS in another partition",
    cause:
      "Without a region, SDKs call the global STS endpoint, which is in the partition aws. It answers InvalidClientTokenId or No OpenIDConnect provider found, or can't be reached.",
    evidence:
      "The cluster is in a partition other than aws, such as aws-us-gov or aws-eusc, and a container has neither AWS_REGION nor AWS_DEFAULT_REGION.",
    fix: "Set AWS_REGION in the container's env.",
  },
  "pod-stale": {
    row: "C7",
    link: "pod",
    title: "pods started before the ServiceAccount had this role or audience",
    cause: "The webhook only changes pods when they are created. Pods keep what they were given then.",
    evidence:
      "AWS_ROLE_ARN or the token's audience in a running pod differs from the ServiceAccount's annotations.",
    fix: "Restart them: `irsa stale-pods --restart`, or `kubectl rollout restart`.",
  },
  "pod-raced": {
    row: "D3",
    link: "pod",
    title: "the pod was created together with its ServiceAccount, before the webhook's cache had it",
    cause:
      "The pod and its ServiceAccount were created within seconds, for example by one `kubectl apply`. The webhook did not have the annotation yet.",
    evidence: "The pod has no role, and it was created within 5 seconds of its ServiceAccount.",
    fix: "Restart it: `kubectl rollout restart`. Next time, create the ServiceAccount before the workload.",
  },
} as const satisfies Readonly<Record<string, Row>>;
