import { roleArn, type LargeWorldSize } from "./large-names.ts";
import type { LargeObject } from "./large-cluster.ts";

const GROUPS = 5;
/** The number of the nodes' role, which EC2 may assume as every twentieth. */
export const NODE_ROLE = 1;
/** What it has besides its own, since nodes need it. */
export const WORKER_POLICY = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy";
const PROFILE = "nodes";

/** The name of a node, by its number. */
export function nodeName(at: number): string {
  return `ip-10-0-${Math.floor(at / 256)}-${at % 256}.eu-west-1.compute.internal`;
}

/** The nodes of the cluster. */
export function nodesOf({ nodes = 0 }: LargeWorldSize): LargeObject[] {
  return Array.from({ length: nodes }, (_, at) => ({
    metadata: {
      name: nodeName(at),
      labels: { "eks.amazonaws.com/nodegroup": `workers-${at % GROUPS}`, "kubernetes.io/os": "linux" },
    },
    spec: { providerID: `aws:///eu-west-1a/i-${at.toString(16).padStart(17, "0")}` },
  }));
}

/** The Pod Identity agent's pods, one on each node. */
export function agentsOf({ nodes = 0 }: LargeWorldSize): LargeObject[] {
  return Array.from({ length: nodes }, (_, at) => ({
    metadata: {
      namespace: "kube-system",
      name: `eks-pod-identity-agent-${at}`,
      creationTimestamp: "2026-11-01T00:00:00Z",
      labels: { "app.kubernetes.io/name": "eks-pod-identity-agent" },
      ownerReferences: [{ kind: "DaemonSet", name: "eks-pod-identity-agent", controller: true }],
    },
    spec: {
      nodeName: nodeName(at),
      hostNetwork: true,
      serviceAccountName: "default",
      containers: [{ name: "eks-pod-identity-agent" }],
    },
    status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
  }));
}

/** The names of the node groups. */
export function nodeGroupNames({ nodes = 0 }: LargeWorldSize): readonly string[] {
  return nodes === 0 ? [] : Array.from({ length: GROUPS }, (_, at) => `workers-${at}`);
}

/** A node group, as EKS describes it. */
export function nodeGroup(nodegroupName: string, size: LargeWorldSize): object {
  return { nodegroupName, status: "ACTIVE", nodeRole: roleArn(NODE_ROLE, size) };
}

/** What IAM answers for the instance profile of the nodes. */
export function instanceProfile(size: LargeWorldSize): string {
  const common = "<Path>/</Path><CreateDate>2026-01-01T00:00:00Z</CreateDate>";
  const role = `${common}<RoleName>role-${NODE_ROLE}</RoleName><RoleId>AROA${NODE_ROLE}</RoleId><Arn>${roleArn(NODE_ROLE, size)}</Arn>`;
  return `<InstanceProfile>${common}<InstanceProfileName>${PROFILE}</InstanceProfileName><InstanceProfileId>AIPA</InstanceProfileId><Arn>${profileArn(size)}</Arn><Roles><member>${role}</member></Roles></InstanceProfile>`;
}

/** What EC2 answers for the instances that a filter names: those that keep their metadata to themselves. */
export function instances(
  parameters: readonly (readonly [name: string, value: string])[],
  size: LargeWorldSize,
): string {
  const ids = parameters.flatMap(([name, value]) => (/^Filter\.1\.Value\.\d+$/.test(name) ? [value] : []));
  const items = ids.map((id) =>
    [
      `<item><instanceId>${id}</instanceId>`,
      `<iamInstanceProfile><arn>${profileArn(size)}</arn></iamInstanceProfile>`,
      "<metadataOptions><httpTokens>required</httpTokens><httpEndpoint>enabled</httpEndpoint>",
      "<httpPutResponseHopLimit>1</httpPutResponseHopLimit></metadataOptions></item>",
    ].join(""),
  );
  return `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>x</requestId><reservationSet><item><instancesSet>${items.join("")}</instancesSet></item></reservationSet></DescribeInstancesResponse>`;
}

function profileArn(size: LargeWorldSize): string {
  return roleArn(NODE_ROLE, size).replace(/:role\/.*/, `:instance-profile/${PROFILE}`);
}
