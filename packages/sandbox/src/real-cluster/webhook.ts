import { isIP } from "node:net";
import { webhookConfiguration, WEBHOOK_CONFIGURATION_NAME } from "../admission-webhook/configuration.ts";
import { EKS_WEBHOOK_CONFIG } from "../admission-webhook/credential-source.ts";
import type { ServiceAccountLookup } from "../admission-webhook/review.ts";
import { startAdmissionWebhook } from "../admission-webhook/server.ts";
import { SandboxError } from "../sandbox-error.ts";
import { issueServerCertificate, type CertificateWithKey } from "../tls.ts";
import type { RealClusterApi } from "./api.ts";

/** Where the cluster's API server finds the webhook. */
export interface WebhookAddress {
  /** An address of this machine, which is listened on; or a name that leads the API server to this machine's loopback. */
  readonly host: string;
  readonly port?: number;
}

const PATH = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
/** Tells a registration of ours from that of a real EKS cluster, or of someone who has installed the webhook. */
const OURS = { "app.kubernetes.io/managed-by": "irsa-sandbox" };

/**
 * Starts the admission webhook and registers it in the cluster; the returned function undoes both.
 * @throws SandboxError `webhook-exists` when the cluster has one that is not a sandbox's
 */
export async function registerWebhook(
  api: RealClusterApi,
  { host, port }: WebhookAddress,
  authority: CertificateWithKey,
  region: string,
  serviceAccounts: ServiceAccountLookup,
): Promise<() => Promise<void>> {
  const webhook = await startAdmissionWebhook({
    certificate: await issueServerCertificate(authority, [host]),
    config: { ...EKS_WEBHOOK_CONFIG, region },
    serviceAccounts,
    host: isIP(host) === 0 ? "127.0.0.1" : host,
    ...(port !== undefined && { port }),
  });
  try {
    const url = new URL(webhook.url);
    const address = isIP(host) === 6 ? `[${host}]` : host;
    await register(api, `https://${address}:${url.port}${url.pathname}`, authority.certificatePem);
  } catch (error) {
    await webhook.stop();
    throw error;
  }
  return async () => {
    await api.send({ method: "DELETE", path: `${PATH}/${WEBHOOK_CONFIGURATION_NAME}` });
    await webhook.stop();
  };
}

async function register(api: RealClusterApi, url: string, caPem: string): Promise<void> {
  const configuration = webhookConfiguration(url, caPem);
  const body = { ...configuration, metadata: { ...configuration.metadata, labels: OURS } };
  const there = await api.send({ method: "GET", path: `${PATH}/${WEBHOOK_CONFIGURATION_NAME}` });
  if (there.status === 200) {
    if (!isOurs(there.body)) throw exists();
    await api.send({ method: "DELETE", path: `${PATH}/${WEBHOOK_CONFIGURATION_NAME}` });
  }
  const { status, body: answer } = await api.send({ method: "POST", path: PATH, body });
  if (status >= 300)
    throw new SandboxError("webhook", `the webhook can't be registered: ${JSON.stringify(answer)}`);
}

function isOurs(body: unknown): boolean {
  const { metadata } = body as { metadata?: { labels?: Record<string, string> } };
  return Object.entries(OURS).every(([name, value]) => metadata?.labels?.[name] === value);
}

function exists(): SandboxError {
  const message = `the cluster already has a webhook '${WEBHOOK_CONFIGURATION_NAME}' that was not created by a sandbox`;
  return new SandboxError("webhook-exists", message);
}
