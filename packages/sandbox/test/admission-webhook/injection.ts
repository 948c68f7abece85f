import {
  EKS_WEBHOOK_CONFIG,
  type PodServiceAccount,
  type WebhookConfig,
} from "../../src/admission-webhook/credential-source.ts";
import { injectionPatch } from "../../src/admission-webhook/inject.ts";
import type { Container, Pod, StringMap } from "../../src/admission-webhook/pod.ts";

/** The role of the annotation, unless a test has another. */
export const ROLE = "arn:aws:iam::111122223333:role/reader";
/** Where the token is in a container of Linux. */
export const TOKEN_FILE = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
/** Without chance. */
export const CONFIG: WebhookConfig = { ...EKS_WEBHOOK_CONFIG, region: "eu-central-1", tokenJitterSeconds: 0 };

/** What EKS adds for SDKs that would call the global endpoint. */
export const REGIONAL = [{ name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" }];
/** The variables of the region. */
export const REGION = ["AWS_DEFAULT_REGION", "AWS_REGION"].map((name) => ({ name, value: "eu-central-1" }));
/** The variables from which an SDK assumes the role. */
export const WEB_IDENTITY = [
  { name: "AWS_ROLE_ARN", value: ROLE },
  { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: TOKEN_FILE },
];
/** How a container mounts the token's volume. */
export const MOUNT = {
  name: "aws-iam-token",
  readOnly: true,
  mountPath: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
};

/** All variables of a container, in the order of the webhook. */
export function allVariables() {
  return [...REGIONAL, ...REGION, ...WEB_IDENTITY];
}

/** A pod of one container. */
export function pod(container: object = {}, spec: object = {}, annotations?: StringMap): Pod {
  return {
    ...(annotations && { metadata: { annotations } }),
    spec: { serviceAccountName: "app", containers: [{ name: "main", ...container }], ...spec },
  };
}

/** Keys are written without `eks.amazonaws.com/`. */
export function serviceAccount(annotations: StringMap = { "role-arn": ROLE }): PodServiceAccount {
  return { annotations: prefixed(annotations), podIdentity: false };
}

/** Annotations with EKS's prefix. */
export function prefixed(annotations: StringMap): StringMap {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`eks.amazonaws.com/${key}`, value]),
  );
}

/** Annotations without those that have no value. */
export function optional(entries: Readonly<Record<string, string | undefined>>): StringMap {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** The spec of the pod after the patch. */
export function inject(given: Pod, serviceAccount: PodServiceAccount, config = CONFIG): Pod["spec"] {
  return injected(given, serviceAccount, config).spec;
}

/** The pod after the patch, applied as RFC 6902 says for the paths that the webhook writes. */
export function injected(given: Pod, serviceAccount: PodServiceAccount, config = CONFIG): Pod {
  const { metadata, spec } = structuredClone(given);
  const result: { metadata: Record<string, unknown>; spec: Record<string, unknown> } = {
    metadata: { ...metadata },
    spec: { ...spec },
  };
  for (const { path, value } of injectionPatch(given, serviceAccount, config)) {
    const [, part, field = "", index] = path.split("/");
    if (index === "0") result.spec[field] = [value, ...(result.spec[field] as unknown[])];
    else result[part === "metadata" ? "metadata" : "spec"][field] = value;
  }
  return result as unknown as Pod;
}

/** The token that the injected volume projects. */
export function token(given: Pod, serviceAccount: PodServiceAccount): unknown {
  const [volume] = inject(given, serviceAccount).volumes as readonly {
    projected?: { sources: readonly { serviceAccountToken: unknown }[] };
  }[];
  return volume?.projected?.sources[0]?.serviceAccountToken;
}

/** The expiration that EKS's webhook asks for, chance and all. */
export function secondsOf(of: PodServiceAccount): number {
  const { volumes } = inject(pod(), of, EKS_WEBHOOK_CONFIG);
  const [volume] = volumes as readonly {
    projected?: { sources: readonly { serviceAccountToken: { expirationSeconds: number } }[] };
  }[];
  return volume?.projected?.sources[0]?.serviceAccountToken.expirationSeconds ?? 0;
}

/** The names of variables. */
export function names(env: Container["env"]): readonly string[] {
  return (env ?? []).map(({ name }) => name);
}
