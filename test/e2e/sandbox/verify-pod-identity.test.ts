import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  EKSClient,
} from "@aws-sdk/client-eks";
import { CreateRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clusterOf, type Cluster } from "../cluster.ts";
import { irsa } from "../irsa.ts";
import { startRunningSandbox, type RunningSandbox } from "../real/clients/running-sandbox.ts";

const CLUSTER = "sandbox";
const ROLE = "arn:aws:iam::111122223333:role/cart";
const DEPLOYMENT = `
apiVersion: v1
kind: Namespace
metadata: { name: till }
---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: till, name: cart }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: till, name: cart }
spec:
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec:
      serviceAccountName: cart
      containers: [{ name: app, image: registry.invalid/app:1 }]
`;

let sandbox: RunningSandbox;
let cluster: Cluster;
let eks: EKSClient;
let iam: IAMClient;
let associationId: string;

beforeAll(async () => {
  sandbox = await startRunningSandbox();
  [eks, iam] = [new EKSClient(sandbox.client), new IAMClient(sandbox.client)];
  cluster = clusterOf({ adminKubeconfig: sandbox.environment["KUBECONFIG"] ?? "" });
  const AssumeRolePolicyDocument = trust("sts:AssumeRole");
  await iam.send(new CreateRoleCommand({ RoleName: "cart", AssumeRolePolicyDocument }));
  await cluster.apply(DEPLOYMENT);
  await cluster.runningPod("till", "app=cart");
  associationId = await associate();
});
afterAll(async () => {
  for (const client of [eks, iam]) client.destroy();
  await sandbox.stop();
});

function trust(...actions: readonly string[]): string {
  const Principal = { Service: "pods.eks.amazonaws.com" };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: actions }],
  });
}

async function associate(): Promise<string> {
  const account = { clusterName: CLUSTER, namespace: "till", serviceAccount: "cart", roleArn: ROLE };
  const { association } = await eks.send(new CreatePodIdentityAssociationCommand(account));
  return association?.associationId ?? "";
}

/** The pods as they are made now. */
async function restart(): Promise<void> {
  await cluster.core.deleteCollectionNamespacedPod({ namespace: "till" });
  await cluster.runningPod("till", "app=cart");
}

interface Chain {
  readonly way: string;
  readonly verdict: string;
  readonly notChecked: readonly string[];
  readonly firstBroken: { readonly code: string; readonly fix: { readonly text: string } } | null;
  readonly links: readonly { readonly link: string; readonly status: string; readonly message: string }[];
}

async function verified(): Promise<Chain> {
  const args = ["verify", "--cluster", CLUSTER, "till/cart", "-o", "json"];
  const { stdout } = await irsa(args, sandbox.environment);
  const [chain] = (JSON.parse(stdout) as { result: { chains: Chain[] } }).result.chains;
  if (chain === undefined) throw new Error(stdout);
  return chain;
}

describe("a chain by Pod Identity is repaired link by link, each as verify says", () => {
  it("first the agent, which the add-on installs", async () => {
    expect(await verified()).toMatchObject({
      way: "podIdentity",
      verdict: "broken",
      firstBroken: {
        code: "agent-missing",
        fix: {
          text: `irsa associate-agent --cluster ${CLUSTER}`,
        },
      },
    });
    const args = ["associate-agent", "--cluster", CLUSTER, "--approve", "--wait"];
    expect(await irsa(args, sandbox.environment)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("ready on 1 node") as string,
    });
    await cluster.runningPod("kube-system", "app.kubernetes.io/name=eks-pod-identity-agent");
  });

  it("then sts:TagSession in the trust policy", async () => {
    expect((await verified()).firstBroken).toMatchObject({ code: "tag-session-missing" });
    const PolicyDocument = trust("sts:AssumeRole", "sts:TagSession");
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "cart", PolicyDocument }));
  });

  it("then the pod from before the association", async () => {
    expect((await verified()).firstBroken).toMatchObject({ code: "pod-before-association" });
    await restart();
  });

  it("then it works: EKS Auth has exchanged a token of the pod", async () => {
    const chain = await verified();
    expect(chain).toMatchObject({ way: "podIdentity", verdict: "works", firstBroken: null });
    expect(chain.links.find(({ link }) => link === "exchange")).toMatchObject({
      status: "PASS",
      message: "EKS gives credentials of cart for a pod's token",
    });
    expect(chain.links.find(({ link }) => link === "agent")?.status).toBe("PASS");
    expect(chain.notChecked.join("\n")).toContain("169.254.170.23");
  });

  it("until the association is deleted while the pod runs", async () => {
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName: CLUSTER, associationId }));
    expect((await verified()).firstBroken).toMatchObject({ code: "association-missing" });
  });
});
