/** Where the story plays in the cluster. */
export const NAMESPACE = "amazon-cloudwatch";

/** The ServiceAccount of the story. */
export const SERVICE_ACCOUNT = "cloudwatch-agent";

/** The managed policy that it is to have. */
export const POLICY = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy";

/** The label of the DaemonSet's pods, as a selector. */
export const POD_LABEL = `app=${SERVICE_ACCOUNT}`;

/** A DaemonSet that runs with the ServiceAccount; nothing in it speaks of roles. */
export const DAEMON_SET = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: SERVICE_ACCOUNT },
  spec: {
    selector: { matchLabels: { app: SERVICE_ACCOUNT } },
    template: {
      metadata: { labels: { app: SERVICE_ACCOUNT } },
      spec: {
        serviceAccountName: SERVICE_ACCOUNT,
        containers: [{ name: "agent", image: "public.ecr.aws/cloudwatch-agent/cloudwatch-agent:latest" }],
      },
    },
  },
};

/** A ServiceAccount of the same name in another namespace. */
export const STRANGER = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: SERVICE_ACCOUNT, namespace: "default" },
};

/** A pod that runs with it. */
export const STRANGER_POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: SERVICE_ACCOUNT, namespace: "default", labels: { app: SERVICE_ACCOUNT } },
  spec: DAEMON_SET.spec.template.spec,
};
