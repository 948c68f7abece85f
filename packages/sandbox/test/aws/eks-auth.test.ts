import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  EKSClient,
  type CreatePodIdentityAssociationRequest,
} from "@aws-sdk/client-eks";
import { CreateRoleCommand, IAMClient, ListRolesCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { HttpRequest } from "@smithy/core/protocols";
import { exportJWK, generateKeyPair, SignJWT, type JSONWebKeySet } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startAwsEmulation, type AwsEmulation } from "../../src/aws/emulation.ts";
import type { AccessKey } from "../../src/aws/principals.ts";
import { createSession, createUser, declareCluster } from "../../src/aws/provision.ts";
import { StateStore } from "../../src/aws/state-store.ts";
import { signerOf } from "./requests.ts";
import { AWS_ACCOUNT, permissions, REGION, trustIn } from "./use-emulation.ts";

const ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF";
const CLUSTER_ARN = `arn:aws:eks:${REGION}:${AWS_ACCOUNT}:cluster/work`;
const OTHER = "444455556666";
const role = (name: string, awsAccount = AWS_ACCOUNT) => `arn:aws:iam::${awsAccount}:role/${name}`;
const POD = { name: "app-7d9f-x2x1z", uid: "0e1c2d3e-pod" };

let keys: { readonly jwks: JSONWebKeySet; readonly sign: (claims: object) => Promise<string> };
let foreign: typeof keys;
let store: StateStore;
let emulation: AwsEmulation;
let admin: AccessKey;
let node: AccessKey;
/** The uids of the pods that there are. */
let pods: Set<string>;
const clients: { destroy: () => void }[] = [];

beforeAll(async () => {
  [keys, foreign] = [await newKeys(), await newKeys()];
});

beforeEach(async () => {
  store = new StateStore();
  pods = new Set([POD.uid]);
  admin = createUser({ store, awsAccount: AWS_ACCOUNT }, "ci");
  node = createSession({ store, awsAccount: AWS_ACCOUNT }, "node", "i-0123", 3600);
  declareCluster(
    { store, awsAccount: AWS_ACCOUNT, region: REGION },
    { name: "work", endpoint: "https://127.0.0.1:6443", caPem: "PEM", issuer: ISSUER },
  );
  emulation = await startAwsEmulation({
    store,
    jwks: async (issuer) => (issuer === ISSUER ? keys.jwks : undefined),
    podExists: async (arn, { pod }) => arn === CLUSTER_ARN && pods.has(pod.uid),
  });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await emulation.stop();
});

async function newKeys() {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" }] },
    sign: (claims: object) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(privateKey),
  };
}

function options(credentials: AccessKey) {
  return { endpoint: emulation.url, region: REGION, credentials, maxAttempts: 1 };
}

function kept<T extends { destroy: () => void }>(client: T): T {
  clients.push(client);
  return client;
}

const eks = () => kept(new EKSClient(options(admin)));
const iam = (key = admin) => kept(new IAMClient(options(key)));
const sts = (key: AccessKey) => kept(new STSClient(options(key)));

interface Claims {
  readonly iss?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly namespace?: string;
  readonly pod?: { readonly name: string; readonly uid: string } | undefined;
}

function claims(changes: Claims = {}): object {
  const { namespace = "team", ...rest } = changes;
  const pod = "pod" in changes ? changes.pod : POD;
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    aud: ["pods.eks.amazonaws.com"],
    exp: now + 600,
    nbf: now - 10,
    sub: `system:serviceaccount:${namespace}:app`,
    ...rest,
    pod: undefined,
    "kubernetes.io": { namespace, serviceaccount: { name: "app", uid: "sa" }, ...(pod && { pod }) },
  };
}

interface Answer {
  readonly status: number;
  readonly code: string | null;
  readonly body: Record<string, never> & {
    readonly message?: string;
    readonly credentials: {
      accessKeyId: string;
      secretAccessKey: string;
      sessionToken: string;
      expiration: number;
    };
    readonly assumedRoleUser: { readonly arn: string };
  };
}

/** What EKS Auth answers to a node. */
async function exchange(
  token: string | undefined,
  by: AccessKey | undefined = node,
  cluster = "work",
): Promise<Answer> {
  const url = new URL(`/clusters/${cluster}/assume-role-for-pod-identity`, emulation.url);
  const request = new HttpRequest({
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    method: "POST",
    headers: { host: url.host, "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  const signed = by === undefined ? request : await signerOf(by, "eks-auth", REGION).sign(request);
  const response = await fetch(url, {
    method: "POST",
    headers: signed.headers as Record<string, string>,
    body: request.body as string,
  });
  const body = (await response.json()) as Answer["body"];
  return { status: response.status, code: response.headers.get("x-amzn-errortype"), body };
}

const podsTrust = (changes: object = {}) =>
  trustIn(AWS_ACCOUNT, {
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    ...changes,
  });

/** Makes the role and its association, whose trust is then what is told. */
async function associate(trust = podsTrust(), changes: Partial<CreatePodIdentityAssociationRequest> = {}) {
  await iam().send(new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: trust }));
  const { association } = await eks().send(
    new CreatePodIdentityAssociationCommand({
      clusterName: "work",
      namespace: "team",
      serviceAccount: "app",
      roleArn: role("app"),
      ...changes,
    }),
  );
  return association?.associationId ?? "";
}

function keyIn({ body: { credentials } }: Answer): AccessKey {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return { accessKeyId, secretAccessKey, sessionToken, principal: { arn: "", awsAccount: "", userId: "" } };
}

async function callerArn(answer: Answer): Promise<string | undefined> {
  return (await sts(keyIn(answer)).send(new GetCallerIdentityCommand({}))).Arn;
}

describe("AssumeRoleForPodIdentity", () => {
  it("exchanges a pod's token for credentials that act as the role", async () => {
    const id = await associate();
    const answer = await exchange(await keys.sign(claims()));
    expect(answer).toMatchObject({
      status: 200,
      body: {
        subject: { namespace: "team", serviceAccount: "app" },
        audience: "pods.eks.amazonaws.com",
        podIdentityAssociation: {
          associationId: id,
          associationArn: `arn:aws:eks:${REGION}:${AWS_ACCOUNT}:podidentityassociation/work/${id}`,
        },
        assumedRoleUser: {
          arn: expect.stringMatching(
            /^arn:aws:sts::111122223333:assumed-role\/app\/eks-work-app-7d9f-x-[\da-f-]{36}$/,
          ) as string,
          assumeRoleId: expect.stringMatching(/^AROA[A-Z\d]{17}:eks-work-/) as string,
        },
      },
    });
    expect(await callerArn(answer)).toBe(answer.body.assumedRoleUser.arn);
    const hours = (answer.body.credentials.expiration - Date.now() / 1000) / 3600;
    expect(Math.round(hours)).toBe(6);
  });

  it("is signed, by a key of the cluster's account, and never recorded with its token", async () => {
    await associate();
    const token = await keys.sign(claims());
    const unsigned = await fetch(`${emulation.url}/clusters/work/assume-role-for-pod-identity`, {
      method: "POST",
      body: JSON.stringify({ token }),
    });
    expect([unsigned.status, unsigned.headers.get("x-amzn-errortype")]).toEqual([
      403,
      "MissingAuthenticationTokenException",
    ]);
    const stranger = createUser({ store, awsAccount: OTHER }, "stranger");
    expect(await exchange(token, stranger)).toMatchObject({ status: 404, code: "ResourceNotFoundException" });
    emulation.policies.limit(node.accessKeyId, permissions());
    expect(await exchange(token)).toMatchObject({
      status: 400,
      code: "AccessDeniedException",
      body: {
        message: `User: ${node.principal.arn} is not authorized to perform: eks-auth:AssumeRoleForPodIdentity on resource: ${CLUSTER_ARN} because no identity-based policy allows the eks-auth:AssumeRoleForPodIdentity action`,
      },
    });
    expect(JSON.stringify(emulation.recorder.calls())).not.toContain(token);
    expect(emulation.recorder.calls().at(-1)).toMatchObject({ service: "eks-auth", status: 400 });
  });

  const now = Math.floor(Date.now() / 1000);
  it.each<[string, Claims, string]>([
    ["of another issuer", { iss: "https://issuer.example" }, "InvalidTokenException"],
    ["for STS", { aud: ["sts.amazonaws.com"] }, "InvalidTokenException"],
    ["without an audience", { aud: [] }, "InvalidTokenException"],
    ["that is expired", { exp: now - 1 }, "ExpiredTokenException"],
    ["from the future", { nbf: now + 3600, exp: now + 7200 }, "InvalidTokenException"],
    ["without a pod", { pod: undefined }, "InvalidTokenException"],
    ["of a pod that is gone", { pod: { ...POD, uid: "gone" } }, "InvalidTokenException"],
    ["of another namespace", { namespace: "other" }, "ResourceNotFoundException"],
  ])("refuses a token %s", async (_what, changes, code) => {
    await associate();
    const { status, code: answered } = await exchange(await keys.sign(claims(changes)));
    expect([answered, status]).toEqual([code, code === "ResourceNotFoundException" ? 404 : 400]);
  });

  it("refuses what is not a token, a forged one, and none", async () => {
    await associate();
    expect((await exchange("a.b.c")).code).toBe("InvalidTokenException");
    expect((await exchange(await foreign.sign(claims()))).code).toBe("InvalidTokenException");
    const [header, payload] = (await keys.sign(claims())).split(".");
    expect((await exchange(`${header}.${payload}.`)).code).toBe("InvalidTokenException");
    expect((await exchange(undefined)).code).toBe("InvalidParameterException");
  });

  it("refuses pods once the association is deleted, and those of a cluster that is not there", async () => {
    const associationId = await associate();
    const token = await keys.sign(claims());
    expect((await exchange(token)).status).toBe(200);
    await eks().send(new DeletePodIdentityAssociationCommand({ clusterName: "work", associationId }));
    expect(await exchange(token)).toMatchObject({
      status: 404,
      code: "ResourceNotFoundException",
      body: { message: "The token included in the request has no service account role association for it." },
    });
    expect((await exchange(token, node, "none")).code).toBe("ResourceNotFoundException");
  });

  const TAG = "aws:RequestTag/kubernetes-namespace";
  it.each<[string, object, boolean]>([
    ["both actions", {}, true],
    ["no sts:TagSession", { Action: "sts:AssumeRole" }, false],
    ["the cluster", { Condition: { ArnEquals: { "aws:SourceArn": CLUSTER_ARN } } }, true],
    ["another cluster", { Condition: { ArnLike: { "aws:SourceArn": `${CLUSTER_ARN}-2` } } }, false],
    ["the account", { Condition: { StringEquals: { "aws:SourceAccount": AWS_ACCOUNT } } }, true],
    ["another account", { Condition: { StringEquals: { "aws:SourceAccount": OTHER } } }, false],
    ["the namespace's tag", { Condition: { StringEquals: { [TAG]: "team" } } }, true],
    ["another namespace's tag", { Condition: { StringEquals: { [TAG]: "other" } } }, false],
    ["a pod's tag", { Condition: { StringLike: { "aws:RequestTag/kubernetes-pod-name": "app-*" } } }, true],
  ])("judges a trust policy that allows %s", async (_what, changes, isAllowed) => {
    await associate(podsTrust(changes));
    expect(await exchange(await keys.sign(claims()))).toMatchObject(
      isAllowed
        ? { status: 200 }
        : {
            status: 400,
            code: "AccessDeniedException",
            body: {
              message: "Unauthorized Exception! EKS does not have permissions to assume the associated role.",
            },
          },
    );
  });

  it("needs no sts:TagSession, and sets no tags, where they are disabled", async () => {
    await associate(podsTrust({ Action: "sts:AssumeRole" }), { disableSessionTags: true });
    expect((await exchange(await keys.sign(claims()))).status).toBe(200);
  });

  it("limits a session to the session policy", async () => {
    await associate(podsTrust(), { disableSessionTags: true, policy: permissions({ Action: "s3:*" }) });
    const answer = await exchange(await keys.sign(claims()));
    await expect(iam(keyIn(answer)).send(new ListRolesCommand({}))).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("because no session policy allows the iam:ListRoles action") as string,
    });
    expect(await callerArn(answer)).toContain(":assumed-role/app/");
  });
});

describe("a target role", () => {
  const TARGET = role("target", OTHER);
  const trustedBy = (changes: object = {}) =>
    trustIn(OTHER, {
      Principal: { AWS: `arn:aws:iam::${AWS_ACCOUNT}:root` },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      ...changes,
    });
  const mayAssume = (
    Resource: string,
    Action: string | readonly string[] = ["sts:AssumeRole", "sts:TagSession"],
  ) =>
    new PutRolePolicyCommand({
      RoleName: "app",
      PolicyName: "target",
      PolicyDocument: permissions({ Action, Resource }),
    });

  async function createTarget(trust: string, awsAccount = OTHER) {
    const key = awsAccount === AWS_ACCOUNT ? admin : createUser({ store, awsAccount }, "owner");
    await iam(key).send(new CreateRoleCommand({ RoleName: "target", AssumeRolePolicyDocument: trust }));
  }

  it("is assumed in another account, for an hour", async () => {
    await createTarget(trustedBy());
    await associate(podsTrust(), { targetRoleArn: TARGET });
    await iam().send(mayAssume(TARGET));
    const answer = await exchange(await keys.sign(claims()));
    expect(await callerArn(answer)).toMatch(
      /^arn:aws:sts::444455556666:assumed-role\/target\/eks-work-app-7d9f-x-/,
    );
    expect(Math.round((answer.body.credentials.expiration - Date.now() / 1000) / 60)).toBe(60);
  });

  it.each<[string, object, boolean]>([
    ["the role by its ARN", { Condition: { ArnEquals: { "aws:PrincipalArn": role("app") } } }, true],
    ["another role", { Condition: { ArnEquals: { "aws:PrincipalArn": role("other") } } }, false],
    ["no sts:TagSession", { Action: "sts:AssumeRole" }, false],
    [
      "the namespace",
      { Condition: { StringEquals: { "aws:RequestTag/kubernetes-namespace": "team" } } },
      true,
    ],
    ["another one", { Condition: { StringEquals: { "aws:RequestTag/kubernetes-namespace": "x" } } }, false],
    [
      "an external ID, which is not sent with session tags",
      { Condition: { StringEquals: { "sts:ExternalId": `${REGION}/${AWS_ACCOUNT}/work/team/app` } } },
      false,
    ],
  ])("judges a trust policy that allows %s", async (_what, changes, isAllowed) => {
    await createTarget(trustedBy(changes));
    await associate(podsTrust(), { targetRoleArn: TARGET });
    await iam().send(mayAssume(TARGET));
    expect((await exchange(await keys.sign(claims()))).code).toBe(isAllowed ? null : "AccessDeniedException");
  });

  it.each([
    [`${REGION}/${AWS_ACCOUNT}/work/team/app`, true],
    [`${REGION}/${AWS_ACCOUNT}/work/team/other`, false],
  ])("is sent the external ID where session tags are disabled: %s", async (externalId, isAllowed) => {
    const Condition = { StringEquals: { "sts:ExternalId": externalId } };
    await createTarget(trustedBy({ Action: "sts:AssumeRole", Condition }));
    await associate(podsTrust(), { targetRoleArn: TARGET, disableSessionTags: true });
    await iam().send(mayAssume(TARGET, "sts:AssumeRole"));
    expect((await exchange(await keys.sign(claims()))).status).toBe(isAllowed ? 200 : 400);
  });

  it("must be one that the role may assume and tag", async () => {
    await createTarget(trustedBy());
    await associate(podsTrust(), { targetRoleArn: TARGET });
    const token = await keys.sign(claims());
    expect((await exchange(token)).code).toBe("AccessDeniedException");
    await iam().send(mayAssume(TARGET, "sts:AssumeRole"));
    expect((await exchange(token)).code).toBe("AccessDeniedException");
    await iam().send(mayAssume(role("another", OTHER)));
    expect((await exchange(token)).code).toBe("AccessDeniedException");
    await iam().send(mayAssume(TARGET));
    expect((await exchange(token)).status).toBe(200);
  });

  it("of the same account needs no permission where its trust names the role, unless that is denied", async () => {
    const Principal = { AWS: role("app") };
    await associate(podsTrust(), { targetRoleArn: role("target"), disableSessionTags: true });
    await createTarget(trustIn(AWS_ACCOUNT, { Principal, Action: "sts:AssumeRole" }), AWS_ACCOUNT);
    const token = await keys.sign(claims());
    expect((await exchange(token)).status).toBe(200);
    const PolicyDocument = permissions({ Effect: "Deny", Action: "sts:*" });
    await iam().send(new PutRolePolicyCommand({ RoleName: "app", PolicyName: "no", PolicyDocument }));
    expect((await exchange(token)).code).toBe("AccessDeniedException");
  });

  it("is not told from one that does not exist", async () => {
    await associate(podsTrust(), { targetRoleArn: TARGET });
    expect((await exchange(await keys.sign(claims()))).code).toBe("AccessDeniedException");
  });

  it("that the pod itself assumes must allow its tags", async () => {
    const trust = (Action: string | readonly string[]) =>
      trustIn(AWS_ACCOUNT, { Principal: { AWS: role("app") }, Action });
    await associate();
    await createTarget(trust("sts:AssumeRole"), AWS_ACCOUNT);
    await iam().send(
      new CreateRoleCommand({
        RoleName: "tagged",
        AssumeRolePolicyDocument: trust(["sts:AssumeRole", "sts:TagSession"]),
      }),
    );
    const client = sts(keyIn(await exchange(await keys.sign(claims()))));
    const assume = (name: string) =>
      client.send(new AssumeRoleCommand({ RoleArn: role(name), RoleSessionName: "chained" }));
    await expect(assume("target")).rejects.toMatchObject({ name: "AccessDenied" });
    expect((await assume("tagged")).AssumedRoleUser?.Arn).toContain(":assumed-role/tagged/chained");
  });
});
