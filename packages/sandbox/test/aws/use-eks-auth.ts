import {
  CreatePodIdentityAssociationCommand,
  EKSClient,
  type CreatePodIdentityAssociationRequest,
} from "@aws-sdk/client-eks";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { HttpRequest } from "@smithy/core/protocols";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach } from "vitest";
import { startAwsEmulation, type AwsEmulation } from "../../src/aws/emulation.ts";
import type { AccessKey } from "../../src/aws/principals.ts";
import { createSession, createUser, declareCluster } from "../../src/aws/provision.ts";
import { StateStore } from "../../src/aws/state-store.ts";
import { signerOf } from "./requests.ts";
import { AWS_ACCOUNT, REGION, trustIn } from "./use-emulation.ts";

const ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF";
export const CLUSTER_ARN = `arn:aws:eks:${REGION}:${AWS_ACCOUNT}:cluster/work`;
/** Another AWS account. */
export const OTHER = "444455556666";
/** The only pod that there is. */
export const POD = { name: "app-7d9f-x2x1z", uid: "0e1c2d3e-pod" };

/** The cluster's keys, and those of somebody else. */
export const [keys, foreign] = [await newKeys(), await newKeys()];

async function newKeys() {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" }] },
    sign: (claims: object) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid: "one" }).sign(privateKey),
  };
}

/** What a test has to itself. */
interface Own {
  readonly store: StateStore;
  readonly emulation: AwsEmulation;
  readonly admin: AccessKey;
  readonly node: AccessKey;
}

/** Gives each test of the file an emulation of its own, with a cluster and a node of it. */
export function useEksAuth() {
  let own: Own;
  const clients: { destroy: () => void }[] = [];

  beforeEach(async () => {
    const store = new StateStore();
    const admin = createUser({ store, awsAccount: AWS_ACCOUNT }, "ci");
    const node = createSession({ store, awsAccount: AWS_ACCOUNT }, "node", "i-0123", 3600);
    declareCluster(
      { store, awsAccount: AWS_ACCOUNT, region: REGION },
      { name: "work", endpoint: "https://127.0.0.1:6443", caPem: "PEM", issuer: ISSUER },
    );
    const emulation = await startAwsEmulation({
      store,
      jwks: async (issuer) => (issuer === ISSUER ? keys.jwks : undefined),
      podExists: async (arn, { pod }) => arn === CLUSTER_ARN && pod.uid === POD.uid,
    });
    own = { store, emulation, admin, node };
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await own.emulation.stop();
  });

  function options(credentials: AccessKey) {
    return { endpoint: own.emulation.url, region: REGION, credentials, maxAttempts: 1 };
  }

  function kept<T extends { destroy: () => void }>(client: T): T {
    clients.push(client);
    return client;
  }

  const eks = () => kept(new EKSClient(options(own.admin)));
  const iam = (key = own.admin) => kept(new IAMClient(options(key)));
  const sts = (key: AccessKey) => kept(new STSClient(options(key)));

  /** What EKS Auth answers to a node. */
  async function exchange(token: string | undefined, by = own.node, cluster = "work"): Promise<Answer> {
    const url = new URL(`/clusters/${cluster}/assume-role-for-pod-identity`, own.emulation.url);
    const request = new HttpRequest({
      protocol: url.protocol,
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      method: "POST",
      headers: { host: url.host, "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    const signed = await signerOf(by, "eks-auth", REGION).sign(request);
    const response = await fetch(url, {
      method: "POST",
      headers: signed.headers as Record<string, string>,
      body: request.body as string,
    });
    const body = (await response.json()) as Answer["body"];
    return { status: response.status, code: response.headers.get("x-amzn-errortype"), body };
  }

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

  async function callerArn(answer: Answer): Promise<string | undefined> {
    return (await sts(keyIn(answer)).send(new GetCallerIdentityCommand({}))).Arn;
  }

  return { own: () => own, eks, iam, sts, exchange, associate, callerArn };
}

/** The ARN of a role. */
export function role(name: string, awsAccount = AWS_ACCOUNT): string {
  return `arn:aws:iam::${awsAccount}:role/${name}`;
}

/** How a token differs from that of the pod. */
export interface Claims {
  readonly iss?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly namespace?: string;
  readonly pod?: { readonly name: string; readonly uid: string } | undefined;
}

/** The claims of the pod's token. */
export function claims(changes: Claims = {}): object {
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

/** The trust policy of an association's role. */
export function podsTrust(changes: object = {}): string {
  return trustIn(AWS_ACCOUNT, {
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    ...changes,
  });
}

/** The credentials that were given. */
export function keyIn({ body: { credentials } }: Answer): AccessKey {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return { accessKeyId, secretAccessKey, sessionToken, principal: { arn: "", awsAccount: "", userId: "" } };
}
