import { randomInt } from "node:crypto";
import { parseGoBool, parseGoInteger } from "./go-values.ts";
import type { EnvironmentVariable, Pod, StringMap } from "./pod.ts";

/** How the webhook was started. */
export interface WebhookConfig {
  /** The value of the region variables; without it none are injected. */
  readonly region?: string;
  /** Whether `AWS_STS_REGIONAL_ENDPOINTS=regional` is injected where the ServiceAccount says nothing. */
  readonly regionalSts: boolean;
  readonly audience: string;
  /** The expiration of tokens where no annotation sets one. */
  readonly tokenSeconds: number;
  /** How much is taken off at random, at most, of tokens for Pod Identity that would have just that expiration. */
  readonly tokenJitterSeconds: number;
  readonly mountPath: string;
}

/** The webhook as EKS runs it, less the region. */
export const EKS_WEBHOOK_CONFIG: WebhookConfig = {
  regionalSts: true,
  audience: "sts.amazonaws.com",
  tokenSeconds: 86_400,
  tokenJitterSeconds: 7_200,
  mountPath: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
};

/** What is known of the ServiceAccount that a pod runs with. */
export interface PodServiceAccount {
  /** `undefined` while the ServiceAccount is not known (yet). */
  readonly annotations: StringMap | undefined;
  /** Whether EKS has a Pod Identity association for it. */
  readonly podIdentity: boolean;
}

/** Where the pod's containers shall take their credentials from. */
export interface CredentialSource {
  readonly kind: "web-identity" | "pod-identity";
  readonly regionalSts: boolean;
  readonly volume: string;
  readonly mountPath: string;
  readonly token: { readonly audience: string; readonly expirationSeconds: number; readonly path: string };
  /** Injected all, or none when one of them is there. */
  readonly variables: readonly EnvironmentVariable[];
}

const PREFIX = "eks.amazonaws.com/";
/** The least that the API server grants. */
const MINIMUM_TOKEN_SECONDS = 600;

/**
 * What a pod shall get, or `undefined` for nothing. A Pod Identity association wins over a role annotation.
 * Source: README of amazon-eks-pod-identity-webhook; EKS User Guide, "Grant Kubernetes workloads access to AWS".
 */
export function credentialSource(
  pod: Pod,
  serviceAccount: PodServiceAccount,
  config: WebhookConfig,
): CredentialSource | undefined {
  if (serviceAccount.podIdentity) return podIdentity(pod, serviceAccount, config);
  const role = serviceAccount.annotations?.[`${PREFIX}role-arn`];
  return role === undefined || role === "" ? undefined : webIdentity(pod, serviceAccount, role, config);
}

function webIdentity(
  pod: Pod,
  serviceAccount: PodServiceAccount,
  role: string,
  config: WebhookConfig,
): CredentialSource {
  return {
    kind: "web-identity",
    regionalSts: regionalSts(serviceAccount, config),
    volume: "aws-iam-token",
    mountPath: config.mountPath,
    token: {
      audience: serviceAccount.annotations?.[`${PREFIX}audience`] ?? config.audience,
      expirationSeconds: tokenSeconds(pod, serviceAccount, config),
      path: "token",
    },
    variables: [
      // A malformed ARN is injected too: only STS refuses it.
      { name: "AWS_ROLE_ARN", value: role },
      { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: filePath(pod, `${config.mountPath}/token`) },
    ],
  };
}

function podIdentity(pod: Pod, serviceAccount: PodServiceAccount, config: WebhookConfig): CredentialSource {
  const mountPath = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";
  const path = "eks-pod-identity-token";
  return {
    kind: "pod-identity",
    regionalSts: regionalSts(serviceAccount, config),
    volume: "eks-pod-identity-token",
    mountPath,
    token: {
      audience: "pods.eks.amazonaws.com",
      expirationSeconds: withJitter(tokenSeconds(pod, serviceAccount, config), config),
      path,
    },
    variables: [
      { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" },
      { name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", value: filePath(pod, `${mountPath}/${path}`) },
    ],
  };
}

function regionalSts(serviceAccount: PodServiceAccount, config: WebhookConfig): boolean {
  return (
    parseGoBool(serviceAccount.annotations?.[`${PREFIX}sts-regional-endpoints`] ?? "") ?? config.regionalSts
  );
}

/** The pod's annotation, else the ServiceAccount's, else the default; one that is not an integer is ignored. */
function tokenSeconds(pod: Pod, serviceAccount: PodServiceAccount, config: WebhookConfig): number {
  const key = `${PREFIX}token-expiration`;
  const asked = [pod.metadata?.annotations, serviceAccount.annotations]
    .map((annotations) => parseGoInteger(annotations?.[key] ?? ""))
    .find((seconds) => seconds !== undefined);
  return asked === undefined ? config.tokenSeconds : Math.max(asked, MINIMUM_TOKEN_SECONDS);
}

/**
 * Source: amazon-eks-pod-identity-webhook, pkg/handler, addJitterToDefaultToken: of tokens for Pod Identity alone, the default
 * is drawn between 79,200 and 86,400 seconds, also where an annotation asks for it.
 */
function withJitter(
  seconds: number,
  { tokenSeconds: most, tokenJitterSeconds: jitter }: WebhookConfig,
): number {
  return seconds === most ? most - randomInt(jitter + 1) : seconds;
}

/** Windows is known by the nodeSelector alone, never by affinity; the mount keeps its Unix path. */
function filePath(pod: Pod, path: string): string {
  const selector = pod.spec.nodeSelector ?? {};
  const windows =
    selector["kubernetes.io/os"] === "windows" || selector["beta.kubernetes.io/os"] === "windows";
  return windows ? `C:${path.replaceAll("/", "\\")}` : path;
}
