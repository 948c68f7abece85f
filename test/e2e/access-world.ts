import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect, vi } from "vitest";
import { PATIENCE } from "../worlds/patience.ts";
import { startWorld } from "../worlds/start.ts";
import { CLUSTER_NAME, type World } from "../worlds/world.ts";
import { clusterOf, type Cluster } from "./cluster.ts";
import { S3_READ } from "./commands.ts";
import { irsa } from "./irsa.ts";

/** A world with roles and ServiceAccounts in it, for those who look and don't change. */
export interface AccessWorld {
  readonly world: World;
  readonly cluster: Cluster;
  /** The ARN of a role by its name. */
  readonly roleArn: (name: string) => string;
}

const ADMINISTRATION = statement({ Action: "iam:*", Resource: "*" });
const QUEUE = statement({ Action: "sqs:SendMessage", Resource: "*" });

/** `shop/cart` with its role `cart`, which is all well; and the roles `wide`, `vpc`, `admin`, each with a fault. */
export async function startAccessWorld(): Promise<AccessWorld> {
  const world = await startWorld();
  const cluster = clusterOf(world);
  await irsa(["associate-oidc", "--cluster", CLUSTER_NAME, "--approve"], world.environmentOf("admin"));
  const iam = world.aws.iam();
  const hostPath = world.cluster.issuer.slice("https://".length);
  const roleArn = (name: string): string => `arn:aws:iam::${world.aws.awsAccount}:role/${name}`;
  const role = async (RoleName: string, Condition: object): Promise<void> => {
    const Federated = `arn:aws:iam::${world.aws.awsAccount}:oidc-provider/${hostPath}`;
    const Action = "sts:AssumeRoleWithWebIdentity";
    const AssumeRolePolicyDocument = statement({ Action, Principal: { Federated }, Condition });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  };
  const inline = (RoleName: string, PolicyName: string, PolicyDocument: string) =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  const [sub, aud] = [`${hostPath}:sub`, { [`${hostPath}:aud`]: "sts.amazonaws.com" }];
  const carts = ["system:serviceaccount:shop:cart", "system:serviceaccount:shop:gone"];
  await role("cart", { StringEquals: { [sub]: carts, ...aud } });
  await role("wide", { StringLike: { [sub]: "system:serviceaccount:shop:*" } });
  await role("vpc", { StringEquals: { [sub]: carts[0], "aws:SourceVpc": "vpc-1" } });
  await role("admin", { StringEquals: aud });
  await iam.send(new AttachRolePolicyCommand({ RoleName: "cart", PolicyArn: S3_READ }));
  await inline("wide", "queue", QUEUE);
  await inline("admin", "iam", ADMINISTRATION);
  await cluster.apply(manifests(roleArn("cart"), roleArn("gone")));
  await vi.waitFor(async () => {
    const { status } = await cluster.apps.readNamespacedDeployment({ namespace: "shop", name: "cart" });
    expect(status).toMatchObject({ availableReplicas: 2 });
  }, PATIENCE);
  return { world, cluster, roleArn };
}

function statement(parts: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...parts }] });
}

/** The objects of the cluster, as their owners keep them in a file. */
export function manifests(cart: string, gone: string): string {
  return `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: shop, name: cart, annotations: { eks.amazonaws.com/role-arn: "${cart}" } }
---
apiVersion: v1
kind: ServiceAccount
metadata:
  namespace: shop
  name: web
  annotations:
    eks.amazonaws.com/role-arn: ${gone}
    irsa/ignore: no-workload=made for the next release until 2999-12-31; role-gone=it has come back until 2020-01-01
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: shop, name: cart }
spec:
  replicas: 2
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec: { serviceAccountName: cart, containers: [{ name: app, image: example.com/app }] }
`;
}
