import { agentUrl, type Sandbox } from "irsa-sandbox";
import type { Connection } from "../../../src/kubernetes/connection.ts";
import { AGENTLESS_NODE } from "./fleet.ts";

/** A pod, as far as it decides what its SDK does. */
export interface PodJson {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly nodeName?: string;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly containers: readonly {
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
    readonly volumes?: readonly {
      readonly name: string;
      readonly projected?: {
        readonly sources: readonly { readonly serviceAccountToken?: { readonly audience?: string } }[];
      };
    }[];
  };
  readonly status?: { readonly phase?: string };
}

/** Which way a pod's variables lead its SDK. */
export type PodWay = "irsa" | "pod-identity" | "none";

/** What a pod gets when it asks now: the role of its credentials, or why it gets none. */
export type Answer = { readonly role: string } | { readonly refusal: string };

/** Asks for credentials as the SDK in a pod does, at the sandbox's STS or its agent. */
export interface PodCredentials {
  readonly wayOf: (pod: PodJson) => PodWay;
  readonly ask: (pod: PodJson) => Promise<Answer>;
}

/** The credentials of the pods of a sandbox's first cluster. */
export function podCredentials({ aws, clusters }: Sandbox, api: Connection): PodCredentials {
  const [ref] = clusters;
  if (ref === undefined) throw new Error("no cluster");
  const agent = agentUrl(aws.url, ref);
  const tokens = new Map<string, string>();
  return {
    wayOf,
    async ask(pod) {
      switch (wayOf(pod)) {
        case "irsa":
          return byIrsa(pod);
        case "pod-identity":
          return byPodIdentity(pod);
        case "none":
          return { refusal: "its variables lead to no role" };
      }
    },
  };

  async function byIrsa(pod: PodJson): Promise<Answer> {
    const role = variable(pod, "AWS_ROLE_ARN");
    const token = await tokenOf(pod, "aws-iam-token");
    const query = new URLSearchParams({
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: role,
      RoleSessionName: "pod",
      WebIdentityToken: token,
    });
    const body = await (await fetch(aws.url, { method: "POST", body: query })).text();
    const arn = /<Arn>([^<]+)<\/Arn>/.exec(body)?.[1];
    return arn === undefined ? { refusal: `${role}: ${body}` } : { role: roleIn(arn) };
  }

  async function byPodIdentity(pod: PodJson): Promise<Answer> {
    if (!hasAgent(pod)) return { refusal: "nothing answers at the agent's address on its node" };
    const authorization = await tokenOf(pod, "eks-pod-identity-token");
    const answer = await fetch(agent, { headers: { authorization } });
    const body = await answer.text();
    if (!answer.ok) return { refusal: body.trim() };
    const { AccessKeyId: id } = JSON.parse(body) as { readonly AccessKeyId: string };
    return { role: roleIn(aws.store.find(id)?.principal.arn ?? "") };
  }

  /** As the kubelet would put it into the volume. */
  async function tokenOf(
    { metadata: { namespace, name, uid }, spec }: PodJson,
    volume: string,
  ): Promise<string> {
    const projected = spec.volumes?.find((one) => one.name === volume)?.projected;
    const audience = projected?.sources[0]?.serviceAccountToken?.audience ?? "";
    const key = `${uid} ${audience}`;
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const boundObjectRef = { apiVersion: "v1", kind: "Pod", name, uid };
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${spec.serviceAccountName}/token`;
    const request = { spec: { audiences: [audience], expirationSeconds: 3600, boundObjectRef } };
    const { body } = await api.send({ method: "POST", path, body: request });
    const { token = "" } = (body as { readonly status?: { readonly token?: string } }).status ?? {};
    tokens.set(key, token);
    return token;
  }
}

/** SDKs look for a web identity before they look for containers' credentials, so the former counts where both are set. */
function wayOf(pod: PodJson): PodWay {
  if (variable(pod, "AWS_ROLE_ARN") !== "") return "irsa";
  return variable(pod, "AWS_CONTAINER_CREDENTIALS_FULL_URI") === "" ? "none" : "pod-identity";
}

function variable({ spec }: PodJson, wanted: string): string {
  return spec.containers[0]?.env?.find(({ name }) => name === wanted)?.value ?? "";
}

/** Source: EKS User Guide, "EKS Pod Identity considerations": neither on Fargate nor on Windows. */
function hasAgent({ metadata, spec }: PodJson): boolean {
  return (
    metadata.labels?.["eks.amazonaws.com/fargate-profile"] === undefined &&
    spec.nodeSelector?.["kubernetes.io/os"] !== "windows" &&
    spec.nodeName !== AGENTLESS_NODE
  );
}

/** `arn:aws:sts::1:assumed-role/NAME/session` as `1:NAME`. */
function roleIn(arn: string): string {
  const [, awsAccount = "", name = ""] = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return `${awsAccount}:${name}`;
}
