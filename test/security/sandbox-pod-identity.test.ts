import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { CreateAddonCommand, CreatePodIdentityAssociationCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  agentUrl,
  clientEnvironment,
  kubeconfig,
  startLocalPod,
  startSandbox,
  type Sandbox,
} from "irsa-sandbox";
import { connect, type Connection } from "../../src/kubernetes/connection.ts";
import { connectableAccess } from "../../src/kubernetes/kubeconfig.ts";
import { irsa } from "../e2e/irsa.ts";
import { cleanEnvironment } from "../worlds/environment.ts";
import { PATIENCE } from "../worlds/patience.ts";
import { requireClusterArn } from "../worlds/sandbox-world.ts";
import { attack } from "./attack.ts";

const ARN = requireClusterArn("arn:aws:eks:eu-west-1:111122223333:cluster/sandbox");
const POD = {
  metadata: { name: "cart" },
  spec: { serviceAccountName: "cart", containers: [{ name: "a", image: "a" }] },
};

let folder: string;
let sandbox: Sandbox;
let other: Sandbox;
let api: Connection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-agent-"));
  [sandbox, other] = [await startSandbox({ clusters: [ARN] }), await startSandbox({ clusters: [ARN] })];
  const { set } = clientEnvironment(sandbox, {});
  api = connect(connectableAccess(set["KUBECONFIG"], undefined));
  for (const namespace of ["shop", "other"]) {
    await create("/api/v1/namespaces", { metadata: { name: namespace } });
    await create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: "cart" } });
    await create(`/api/v1/namespaces/${namespace}/pods`, POD);
  }
  const credentials = sandbox.keys.get("111122223333");
  if (credentials === undefined) throw new Error("the sandbox has no key");
  const options = { endpoint: sandbox.aws.url, region: "eu-west-1", credentials };
  const [eks, iam] = [new EKSClient(options), new IAMClient(options)];
  const trust = {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  await iam.send(new CreateRoleCommand({ RoleName: "cart", AssumeRolePolicyDocument }));
  const clusterName = "sandbox";
  await eks.send(new CreateAddonCommand({ clusterName, addonName: "eks-pod-identity-agent" }));
  const association = {
    namespace: "shop",
    serviceAccount: "cart",
    roleArn: "arn:aws:iam::111122223333:role/cart",
  };
  await eks.send(new CreatePodIdentityAssociationCommand({ clusterName, ...association }));
  for (const client of [eks, iam]) client.destroy();
});

afterAll(async () => {
  api?.close();
  for (const one of [sandbox, other]) await one?.stop();
  await rm(folder, { recursive: true });
});

async function create(path: string, body: object): Promise<unknown> {
  const answer = await api.send({ method: "POST", path, body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** A token of the ServiceAccount `cart` of a namespace, bound to its pod. */
async function tokenOf(namespace: string, audience = "pods.eks.amazonaws.com"): Promise<string> {
  const boundObjectRef = { apiVersion: "v1", kind: "Pod", name: "cart" };
  const spec = { audiences: [audience], expirationSeconds: 600, boundObjectRef };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/cart/token`;
  return ((await create(path, { spec })) as { status: { token: string } }).status.token;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function ask(headers: Readonly<Record<string, string>>, of = sandbox): Promise<Answer> {
  const [cluster] = of.clusters;
  if (cluster === undefined) throw new Error("the sandbox has no cluster");
  return new Promise((resolve, reject) => {
    request(agentUrl(of.aws.url, cluster), { headers }, (answer) => {
      void text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
  });
}

async function expectRefused(answer: Promise<Answer>): Promise<void> {
  const { status, body } = await answer;
  expect(status).toBeGreaterThanOrEqual(400);
  expect(body).not.toContain("SecretAccessKey");
}

const honest = async (): Promise<void> => {
  expect(await ask({ authorization: await tokenOf("shop") })).toMatchObject({
    status: 200,
    body: expect.stringContaining('"AccountId":"111122223333"') as string,
  });
};

attack("local user", "ask the agent of another user's sandbox for credentials, without a token of a pod", {
  async attack() {
    const [header = "", payload = "", signature = ""] = (await tokenOf("shop")).split(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as object;
    const longer = Buffer.from(JSON.stringify({ ...claims, exp: 4_000_000_000 })).toString("base64url");
    for (const authorization of [
      "",
      `Bearer ${sandbox.aws.controlToken}`,
      sandbox.keys.get("111122223333")?.secretAccessKey ?? "",
      `${none}.${payload}.`,
      `${header}.${payload}.${signature.toUpperCase()}`,
      `${header}.${longer}.${signature}`,
    ])
      await expectRefused(ask({ authorization }));
    // Of the same cluster's name, in another sandbox, with other keys.
    await expectRefused(ask({ authorization: await tokenOf("shop") }, other));
  },
  twin: honest,
});

attack("local user", "ask the agent from a web page that a browser on the machine shows", {
  async attack() {
    const authorization = await tokenOf("shop");
    expect((await ask({ authorization, origin: "https://page.example" })).status).toBe(421);
    expect((await ask({ authorization, host: "page.example" })).status).toBe(421);
  },
  twin: honest,
});

attack("cluster tenant", "get the role of another namespace's ServiceAccount from EKS Auth", {
  async attack() {
    await expectRefused(ask({ authorization: await tokenOf("other") }));
    await expectRefused(ask({ authorization: await tokenOf("shop", "sts.amazonaws.com") }));
    await expectRefused(ask({ authorization: await tokenOf("shop", "https://kubernetes.default.svc") }));
  },
  twin: honest,
});

attack("local user", "have sandbox exec create a pod in another cluster than the sandbox's", {
  async attack() {
    const [cluster] = other.clusters;
    if (cluster === undefined) throw new Error("the sandbox has no cluster");
    const { endpoint: server, caPem } = cluster;
    const file = join(folder, "other");
    await writeFile(file, kubeconfig([{ name: "other", server, caPem, token: cluster.tokenFor() }]));
    const { set } = clientEnvironment(sandbox, {});
    const environment = { ...cleanEnvironment(folder), ...set, KUBECONFIG: file };
    const calls = other.aws.recorder.calls().length;
    expect(await irsa(["sandbox", "exec", "shop/cart", "--", "true"], environment)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("this is not the environment of a running sandbox") as string,
    });
    expect(other.aws.recorder.calls()).toHaveLength(calls);
  },
  async twin() {
    const { set } = clientEnvironment(sandbox, {});
    const environment = { ...cleanEnvironment(folder), ...set };
    const printed = [
      "sandbox",
      "exec",
      "shop/cart",
      "--",
      "sh",
      "-c",
      "echo $AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    expect(await irsa(printed, environment)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(sandbox.aws.url) as string,
    });
  },
});

/** An API whose renewed tokens wait until they are let through. */
function slowApi() {
  const waiting: (() => void)[] = [];
  let tokens = 0;
  const answer = async (method: string, path: string): Promise<object> => {
    if (method === "DELETE") return {};
    if (path.endsWith("/pods")) return POD_WITH_TOKEN;
    tokens += 1;
    const token = `token-${tokens}`;
    if (tokens > 1) await new Promise<void>((resolve) => void waiting.push(resolve));
    return { status: { token } };
  };
  const send = async ({ method, path }: { readonly method: string; readonly path: string }) => ({
    status: 200,
    body: await answer(method, path),
  });
  return { send, waiting };
}

const POD_WITH_TOKEN = {
  metadata: { name: "local", uid: "1" },
  spec: {
    containers: [{ volumeMounts: [{ name: "t", mountPath: "/run/t" }] }],
    volumes: [
      { name: "t", projected: { sources: [{ serviceAccountToken: { audience: "a", path: "token" } }] } },
    ],
  },
};

async function renewing() {
  const api = slowApi();
  const at = { namespace: "shop", serviceAccount: "cart", agentUrl: "http://127.0.0.1:1" };
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const pod = await startLocalPod({ api, ...at });
  vi.advanceTimersByTime(3_600_000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(api.waiting).toHaveLength(1), PATIENCE);
  const answer = async (): Promise<void> => {
    api.waiting.forEach((go) => {
      go();
    });
    for (let turns = 0; turns < 10; turns += 1) await setImmediate();
  };
  return { pod, answer, file: join(pod.folder, "t", "token") };
}

attack("local user", "a token that is renewed while the command of sandbox exec ends stays on disk", {
  attack: async () => {
    const { pod, answer } = await renewing();
    await pod.stop();
    await answer();
    expect(existsSync(pod.folder)).toBe(false);
  },
  twin: async () => {
    const { pod, answer, file } = await renewing();
    await answer();
    expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["token-2", 0o600]);
    await pod.stop();
  },
});
