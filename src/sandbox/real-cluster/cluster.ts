import { randomBytes } from "node:crypto";
import type { JSONWebKeySet } from "jose";
import { clusterRef } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
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
import { createCertificateAuthority, issueServerCertificate } from "../tls.ts";
import { mustRead, type RealClusterApi } from "./api.ts";
import { startForwarder } from "./forwarder.ts";
import { registerWebhook, type WebhookAddress } from "./webhook.ts";

/** A real cluster that is to stand behind the emulated AWS. */
export interface RealCluster {
  readonly api: RealClusterApi;
  /** Where the cluster finds the webhook, if it is to be registered there. */
  readonly webhook?: WebhookAddress;
}

/**
 * Puts the emulated AWS in front of a real cluster: EKS describes it at an endpoint here, which lets in whom EKS would,
 * and STS gets the issuer's keys from it. Nothing is written to it but, where asked for, the webhook's registration.
 * @throws Failure `real-cluster` when its issuer can't be read, `webhook-exists`
 */
export async function startRealCluster(
  options: ClusterOptions,
  { api, webhook }: RealCluster,
  aws: AwsEmulation,
): Promise<SandboxCluster> {
  const ref = clusterRef(options.arn);
  const authority = await createCertificateAuthority("irsa sandbox");
  const [issuer, version] = await Promise.all([issuerOf(api), versionOf(api)]);
  const users = new Map<string, User>();
  const forwarder = await startForwarder({
    certificate: await issueServerCertificate(authority, ["127.0.0.1", "localhost"]),
    api,
    bearerOf: (token) => users.get(token) ?? bearerOf(token, ref, aws),
    watched: watchedCalls(ref.name, aws),
  });
  const accounts = {
    annotations: async (namespace: string, name: string) => annotationsOf(api, namespace, name),
    podIdentity: async (namespace: string, name: string) => hasPodIdentity(namespace, name, ref, aws),
  };
  const unregister =
    webhook &&
    (await registerWebhook(api, webhook, authority, ref.region, accounts).catch(async (error: unknown) => {
      await forwarder.stop();
      throw error;
    }));
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

/** As EKS tells it, `1.35`; some distributions put a `+` behind the minor one. */
async function versionOf(api: RealClusterApi): Promise<string> {
  const { major, minor } = (await mustRead(api, "/version")) as { major: string; minor: string };
  return `${major}.${minor.replace(/\D/g, "")}`;
}

async function annotationsOf(
  api: RealClusterApi,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
  const { status, body } = await api.send({ method: "GET", path });
  if (status === 404) return undefined;
  if (status !== 200) throw new Failure("failed", "real-cluster", `GET ${path}: ${status}`);
  const { metadata } = body as { metadata: { annotations?: Record<string, string> } };
  return metadata.annotations ?? {};
}
