import { randomBytes } from "node:crypto";
import type { JSONWebKeySet } from "jose";
import { clusterRef } from "irsa-model/arn.ts";
import type { PodIdentity } from "../aws/eks-auth/pod-token.ts";
import type { AwsEmulation } from "../aws/emulation.ts";
import { watchedCalls } from "../cluster-calls.ts";
import {
  bearerOf,
  describeToEks,
  hasPodIdentity,
  type ClusterOptions,
  type SandboxCluster,
} from "../cluster-in-aws.ts";
import { MASTERS, type User } from "../kubernetes/auth/user.ts";
import { SandboxError } from "../sandbox-error.ts";
import { createCertificateAuthority, issueServerCertificate } from "../tls.ts";
import { mustRead, type RealClusterApi } from "./api.ts";
import { startForwarder } from "./forwarder.ts";
import { registerWebhook, type WebhookAddress } from "./webhook.ts";

/** A real cluster that is to be behind the emulated AWS. */
export interface RealCluster {
  readonly api: RealClusterApi;
  /** Whether whoever comes through the sandbox may change it, and the webhook be registered. */
  readonly writable: boolean;
  /** Where the cluster finds the webhook, if it is to be registered there. */
  readonly webhook?: WebhookAddress;
}

/**
 * Puts the emulated AWS in front of a real cluster: EKS describes it at an endpoint here, which allows whom EKS would,
 * and STS gets the issuer's keys from it. Nothing is written to it unless it is writable; then the webhook's registration,
 * where asked for, and whatever clients write.
 * @throws SandboxError `real-cluster` when its issuer can't be read, `eks-cluster`, `webhook-exists`
 */
export async function startRealCluster(
  options: ClusterOptions,
  { api, webhook, writable }: RealCluster,
  aws: AwsEmulation,
): Promise<SandboxCluster> {
  const ref = clusterRef(options.arn);
  const authority = await createCertificateAuthority("irsa sandbox");
  const [issuer, versions] = await Promise.all([issuerOf(api), versionsOf(api)]);
  requireNotEks(issuer, versions);
  const version = versionOf(versions);
  const users = new Map<string, User>();
  const forwarder = await startForwarder({
    certificate: await issueServerCertificate(authority, ["127.0.0.1", "localhost"]),
    api,
    bearerOf: (token) => users.get(token) ?? bearerOf(token, ref, aws),
    watched: watchedCalls(ref.name, aws),
    writable,
  });
  const serviceAccounts = {
    annotations: async (namespace: string, name: string) => annotationsOf(api, namespace, name),
    podIdentity: async (namespace: string, name: string) => hasPodIdentity(namespace, name, ref, aws),
  };
  const unregister =
    webhook &&
    (await registerWebhook(api, webhook, authority, ref.region, serviceAccounts).catch(
      async (error: unknown) => {
        await forwarder.stop();
        throw error;
      },
    ));
  const { certificatePem: caPem } = authority;
  describeToEks(options, { endpoint: forwarder.url, caPem, issuer, version }, aws);
  return {
    ...ref,
    endpoint: forwarder.url,
    caPem,
    issuer,
    jwks: async () => (await mustRead(api, "/openid/v1/jwks")) as JSONWebKeySet,
    tokenFor(username = "admin", groups = [MASTERS]) {
      const token = randomBytes(24).toString("base64url");
      users.set(token, { username, groups });
      return token;
    },
    podExists: async (identity) => podExists(api, identity),
    agentReady: () => true,
    onAddon: async () => undefined,
    async stop() {
      await unregister?.();
      await forwarder.stop();
      api.close();
    },
  };
}

async function issuerOf(api: RealClusterApi): Promise<string> {
  const { issuer } = (await mustRead(api, "/.well-known/openid-configuration")) as { issuer: string };
  return issuer;
}

interface Versions {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion?: string;
}

async function versionsOf(api: RealClusterApi): Promise<Versions> {
  return (await mustRead(api, "/version")) as Versions;
}

/** As EKS tells it, `1.35`; some distributions put a `+` behind the minor one. */
function versionOf({ major, minor }: Versions): string {
  return `${major}.${minor.replace(/\D/g, "")}`;
}

/** Whatever name or tunnel led there: EKS's issuers and builds have names of their own, as `v1.35.2-eks-1a2b3c4`. */
function requireNotEks(issuer: string, { gitVersion = "" }: Versions): void {
  if (/^https:\/\/oidc[.-]eks[.-]/i.test(issuer)) throw eksCluster(`its issuer is ${issuer}`);
  if (/-eks-/i.test(gitVersion)) throw eksCluster(`its version is ${gitVersion}`);
}

/** The refusal of a cluster of EKS, where a sandbox has no business. */
export function eksCluster(sign: string): SandboxError {
  return new SandboxError("eks-cluster", "the kubeconfig's cluster is an EKS cluster", [["sign", sign]]);
}

/** A pod's uid is its own: one that was made again has another. */
async function podExists(
  api: RealClusterApi,
  { namespace, serviceAccount, pod }: PodIdentity,
): Promise<boolean> {
  const uidOf = async (path: string): Promise<string | undefined> => {
    const { status, body } = await api.send({ method: "GET", path });
    return status === 200 ? (body as { metadata: { uid?: string } }).metadata.uid : undefined;
  };
  const base = `/api/v1/namespaces/${namespace}`;
  return (
    (await uidOf(`${base}/serviceaccounts/${serviceAccount.name}`)) === serviceAccount.uid &&
    (await uidOf(`${base}/pods/${pod.name}`)) === pod.uid
  );
}

async function annotationsOf(
  api: RealClusterApi,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
  const { status, body } = await api.send({ method: "GET", path });
  if (status === 404) return undefined;
  if (status !== 200) throw new SandboxError("real-cluster", `GET ${path}: ${status}`);
  const { metadata } = body as { metadata: { annotations?: Record<string, string> } };
  return metadata.annotations ?? {};
}
