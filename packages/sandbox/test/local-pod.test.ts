import {
  CreateAddonCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAddonCommand,
  EKSClient,
} from "@aws-sdk/client-eks";
import { CreateOpenIDConnectProviderCommand, CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { parseClusterArn } from "irsa-model/arn.ts";
import { existsSync, statSync, readFileSync } from "node:fs";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { agentUrl } from "../src/aws/agent.ts";
import { startLocalPod, type LocalPod, type LocalPodApi } from "../src/local-pod.ts";
import { startSandbox, type Sandbox } from "../src/sandbox.ts";

const AWS_ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${AWS_ACCOUNT}:role/app`;
const parsed = parseClusterArn(`arn:aws:eks:eu-west-1:${AWS_ACCOUNT}:cluster/demo`);

let sandbox: Sandbox;
let eks: EKSClient;
let iam: IAMClient;
let pods: LocalPod[];
const cluster = () => {
  const [one] = sandbox.clusters;
  if (one === undefined) throw new Error("the sandbox has no cluster");
  return one;
};

beforeEach(async () => {
  if (!parsed.ok) throw new Error(parsed.problem);
  sandbox = await startSandbox({ clusters: [parsed.value] });
  pods = [];
  const credentials = sandbox.keys.get(AWS_ACCOUNT);
  if (credentials === undefined) throw new Error("the sandbox has no key");
  const options = { endpoint: sandbox.aws.url, region: "eu-west-1", credentials, maxAttempts: 1 };
  [eks, iam] = [new EKSClient(options), new IAMClient(options)];
  await send("POST", "/api/v1/namespaces", { metadata: { name: "team" } });
  await createServiceAccount({});
});

afterEach(async () => {
  for (const pod of pods) await pod.stop();
  for (const client of [eks, iam]) client.destroy();
  await sandbox.stop();
});

const createServiceAccount = (annotations: object) =>
  send("POST", "/api/v1/namespaces/team/serviceaccounts", { metadata: { name: "app", annotations } });

async function send(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const { endpoint, caPem, tokenFor } = cluster();
  const headers = { authorization: `Bearer ${tokenFor()}`, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    request(`${endpoint}${path}`, { method, headers, ca: caPem }, (answer) => {
      void text(answer).then((body) =>
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(body) as unknown }),
      );
    })
      .on("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const api: LocalPodApi = { send: async ({ method, path, body }) => send(method, path, body) };

async function start(serviceAccount = "app"): Promise<LocalPod> {
  const url = agentUrl(sandbox.aws.url, cluster());
  const pod = await startLocalPod({ api, namespace: "team", serviceAccount, agentUrl: url });
  pods.push(pod);
  return pod;
}

async function createRole(statement: object) {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", ...statement }],
  });
  await iam.send(new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument }));
}

async function associate() {
  await createRole({
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  });
  await eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName: "demo",
      namespace: "team",
      serviceAccount: "app",
      roleArn: ROLE,
    }),
  );
}

const installAgent = () =>
  eks.send(new CreateAddonCommand({ clusterName: "demo", addonName: "eks-pod-identity-agent" }));

/** What the agent answers to the bearer of this token. */
async function askAgent({ environment }: LocalPod, token?: string) {
  const file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] ?? "";
  const authorization = token ?? readFileSync(file, "utf8");
  const url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] ?? "";
  const response = await fetch(url, { headers: authorization === "" ? {} : { authorization } });
  return { status: response.status, text: await response.text() };
}

describe("the add-on eks-pod-identity-agent", () => {
  const daemonSet = "/apis/apps/v1/namespaces/kube-system/daemonsets/eks-pod-identity-agent";
  const agents = async () => {
    const path =
      "/api/v1/namespaces/kube-system/pods?labelSelector=app.kubernetes.io/name%3Deks-pod-identity-agent";
    return ((await send("GET", path)).body as { items: { spec: { nodeName: string } }[] }).items;
  };

  it("runs a pod on every Linux node that is not Fargate's, and goes with the add-on", async () => {
    const labels = (os: string, type?: string) => ({
      "kubernetes.io/os": os,
      ...(type !== undefined && { "eks.amazonaws.com/compute-type": type }),
    });
    for (const [name, of] of [
      ["windows", labels("windows")],
      ["fargate", labels("linux", "fargate")],
      ["second", labels("linux", "ec2")],
    ] as const)
      await send("POST", "/api/v1/nodes", { metadata: { name, labels: of } });
    await installAgent();
    expect(await send("GET", daemonSet)).toMatchObject({
      status: 200,
      body: { status: { desiredNumberScheduled: 2, numberReady: 2 } },
    });
    expect((await agents()).map(({ spec }) => spec.nodeName).toSorted()).toEqual([
      "ip-10-0-0-10.internal",
      "second",
    ]);
    await eks.send(new DeleteAddonCommand({ clusterName: "demo", addonName: "eks-pod-identity-agent" }));
    expect((await send("GET", daemonSet)).status).toBe(404);
    expect(await agents()).toEqual([]);
  });

  it("leaves its pods where the add-on is deleted but its software preserved", async () => {
    await installAgent();
    const preserved = { clusterName: "demo", addonName: "eks-pod-identity-agent", preserve: true };
    await eks.send(new DeleteAddonCommand(preserved));
    expect((await send("GET", daemonSet)).status).toBe(200);
  });
});

describe("a local pod", () => {
  it("has what the webhook injects for an association, at paths of this machine", async () => {
    await associate();
    await installAgent();
    const pod = await start();
    const file = pod.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] ?? "";
    expect(pod.environment).toMatchObject({
      AWS_REGION: "eu-west-1",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${sandbox.aws.url}/_irsa/agents/${AWS_ACCOUNT}/eu-west-1/demo/v1/credentials`,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { status, text: body } = await askAgent(pod);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      AccessKeyId: expect.stringMatching(/^ASIA/) as string,
      SecretAccessKey: expect.any(String) as string,
      Token: expect.any(String) as string,
      AccountId: AWS_ACCOUNT,
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    });
    const call = sandbox.aws.recorder.calls().find(({ service }) => service === "eks-auth");
    expect(call).toMatchObject({ action: "AssumeRoleForPodIdentity", status: 200 });
  });

  it("has what the webhook injects for an annotation", async () => {
    const { issuer } = cluster();
    const arn = `arn:aws:iam::${AWS_ACCOUNT}:oidc-provider/${issuer.slice("https://".length)}`;
    await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ["sts.amazonaws.com"] }),
    );
    await createRole({ Principal: { Federated: arn }, Action: "sts:AssumeRoleWithWebIdentity" });
    await send("DELETE", "/api/v1/namespaces/team/serviceaccounts/app");
    await createServiceAccount({ "eks.amazonaws.com/role-arn": ROLE });
    const { environment } = await start();
    expect(environment).toMatchObject({ AWS_ROLE_ARN: ROLE, AWS_STS_REGIONAL_ENDPOINTS: "regional" });
    expect(readFileSync(environment["AWS_WEB_IDENTITY_TOKEN_FILE"] ?? "", "utf8")).toMatch(/^ey/);
    expect(environment).not.toHaveProperty("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  });

  it("is gone with its tokens when it is stopped, and its token is then refused", async () => {
    await associate();
    await installAgent();
    const pod = await start();
    const token = readFileSync(pod.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] ?? "", "utf8");
    await pod.stop();
    expect(existsSync(pod.folder)).toBe(false);
    expect((await send("GET", `/api/v1/namespaces/team/pods/${pod.name}`)).status).toBe(404);
    expect(await askAgent(pod, token)).toEqual({
      status: 400,
      text: expect.stringMatching(
        /^\[[\da-f-]{36}\]: \(InvalidTokenException\): .*no longer exists\., fault: client\n$/,
      ) as string,
    });
  });

  it("is refused for a ServiceAccount that does not exist", async () => {
    await expect(start("none")).rejects.toMatchObject({ code: "local-pod" });
  });
});

describe("the agent", () => {
  it("answers as the real one does what is not a token", async () => {
    await associate();
    await installAgent();
    const pod = await start();
    expect(await askAgent(pod, "")).toEqual({ status: 400, text: "Service account token cannot be empty\n" });
    expect(await askAgent(pod, "Bearer x")).toEqual({
      status: 400,
      text: "Service account token cannot be parsed: token is malformed\n",
    });
  });

  it("says that there is none, until the add-on is installed", async () => {
    await associate();
    const pod = await start();
    expect(await askAgent(pod)).toEqual({
      status: 503,
      text: "no ready pod of eks-pod-identity-agent in cluster demo\n",
    });
    await installAgent();
    expect((await askAgent(pod)).status).toBe(200);
  });

  it("passes on EKS Auth's refusals and throttling, with their status", async () => {
    await associate();
    await installAgent();
    const pod = await start();
    sandbox.aws.faults.fail({
      action: "eks-auth:AssumeRoleForPodIdentity",
      when: "before",
      status: 429,
      code: "ThrottlingException",
      message: "Rate exceeded",
    });
    expect(await askAgent(pod)).toEqual({
      status: 429,
      text: expect.stringContaining("(ThrottlingException): Rate exceeded, fault: client") as string,
    });
    sandbox.aws.faults.deny({ action: "eks-auth:*" });
    expect(await askAgent(pod)).toMatchObject({
      status: 400,
      text: expect.stringContaining(
        ":assumed-role/demo-node/i-0123456789abcdef0 is not authorized",
      ) as string,
    });
  });

  it("is of one cluster: another one's is not found", async () => {
    const url = agentUrl(sandbox.aws.url, { ...cluster(), name: "other" });
    expect((await fetch(url)).status).toBe(404);
  });
});
