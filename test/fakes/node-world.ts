import type { RoleArn } from "../../src/model/arn.ts";
import type { Pod } from "../../src/model/kubernetes-objects.ts";
import type { ServiceUse } from "../../src/model/last-accessed.ts";
import type { Instance } from "../../src/model/node-objects.ts";
import { trustPolicy } from "../../src/model/trust-policy/grant.ts";
import { aPod, manifestOf } from "./pods.ts";
import { ownRole } from "./values.ts";
import { aWorld, type World } from "./world.ts";

/** The role of the nodes of `nodeWorld`. */
export const NODE_ROLE = ownRole("nodes");

const USED_AT = "2026-11-19T08:00:00.000Z";

/** By default pods without the network of their node reach it too. */
const OPEN: Partial<Instance> = { metadata: { isEnabled: true, requiresToken: true, hopLimit: 2 } };

/** What a node's role may have. */
export type NodeRoleState = NonNullable<Parameters<World["withRole"]>[2]>;

/** A world with a node whose role may read a bucket for applications, and used some of it. */
export function nodeWorld(more: NodeRoleState = {}, instance: Partial<Instance> = OPEN): World {
  return addNode(aWorld().withProvider(), "nodes", more, instance);
}

/** Adds a node whose role has this name, as its instance profile and the node have. */
export function addNode(
  world: World,
  name: string,
  more: NodeRoleState = {},
  instance: Partial<Instance> = OPEN,
): World {
  const { partition, awsAccount } = world.cluster;
  const profileArn = `arn:${partition}:iam::${awsAccount}:instance-profile/${name}`;
  const id = `i-${Buffer.from(name).toString("hex")}`;
  const role: RoleArn = ownRole(name);
  return world
    .withRole(
      role,
      { trust: EC2 },
      {
        profiles: [name],
        inline: { app: allowing(["s3:*", "sqs:SendMessage", "dynamodb:*"]) },
        used: USED,
        createdAt: "2024-01-01T00:00:00.000Z",
        ...more,
      },
    )
    .withNode(name, id, { instance: { profileArn, ...instance } });
}

/** The trust policy of roles of nodes. */
export const EC2 = trustPolicy([
  { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
]);

/** What the role used: of S3 one action that AWS tracks, of SQS something, of DynamoDB nothing. */
export const USED: readonly ServiceUse[] = [
  {
    service: "s3",
    lastUsed: USED_AT,
    actions: [{ name: "ListAllMyBuckets", lastUsed: USED_AT }, { name: "DeleteBucket" }],
  },
  { service: "sqs", lastUsed: USED_AT, actions: [] },
  { service: "dynamodb", actions: [] },
  {
    service: "ec2",
    lastUsed: USED_AT,
    actions: [
      { name: "DescribeInstances", lastUsed: USED_AT },
      { name: "StartInstances", lastUsed: USED_AT },
      { name: "RunInstances" },
    ],
  },
];

/** A policy that allows these actions on everything. */
export function allowing(actions: string | readonly string[]) {
  return trustPolicy([{ Effect: "Allow", Action: actions, Resource: "*" }]);
}

/** Adds a Deployment by `namespace/name` and one pod of it on the node. */
export function addDeployment(world: World, path: string, serviceAccount: string, node = "nodes"): World {
  world.withDeployment(path, serviceAccount);
  const { pods } = world.api;
  const last = pods.pop();
  if (last !== undefined) pods.push({ ...last, node });
  return world;
}

/** Adds a pod that says that this workload owns it. */
export function addPodOf(
  world: World,
  path: string,
  workload: string | undefined,
  more: Partial<Pod> = {},
): World {
  const pod = aPod(path, manifestOf(more.serviceAccountName ?? "default"), { node: "nodes", ...more });
  return world.withPod(workload === undefined ? pod : { ...pod, workload });
}
