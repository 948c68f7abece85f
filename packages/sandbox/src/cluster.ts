import type { JSONWebKeySet } from "jose";
import { clusterRef, type ClusterRef } from "irsa-model/arn.ts";
import { AGENT_PODS, softwareOf } from "./addon-software.ts";
import { webhookConfiguration } from "./admission-webhook/configuration.ts";
import { EKS_WEBHOOK_CONFIG } from "./admission-webhook/credential-source.ts";
import { startAdmissionWebhook } from "./admission-webhook/server.ts";
import { DEFAULT_VERSION } from "./aws/eks/cluster-versions.ts";
import type { AwsEmulation } from "./aws/emulation.ts";
import { watchedCalls } from "./cluster-calls.ts";
import {
  bearerOf,
  clusterIn,
  describeToEks,
  hasPodIdentity,
  type ClusterOptions,
  type SandboxCluster,
} from "./cluster-in-aws.ts";
import type { SandboxFolder } from "./folder.ts";
import { newIssuer } from "./issuer.ts";
import { startKubernetesApi, type KubernetesApi } from "./kubernetes/api.ts";
import type { Listener } from "./kubernetes/https.ts";
import { createKubernetesState, type KubernetesState } from "./kubernetes/state.ts";
import { onPortIfFree, portOf } from "./ports.ts";
import { issueServerCertificate } from "./tls.ts";

/**
 * Starts an emulated cluster: its Kubernetes API, EKS's webhook injecting, EKS's description of it and EKS's way to
 * log in. One that the folder knows comes back as it was, on its port if that is free.
 */
export async function startCluster(
  options: ClusterOptions,
  aws: AwsEmulation,
  folder: SandboxFolder,
): Promise<SandboxCluster> {
  const ref = clusterRef(options.arn);
  const known = clusterIn(aws, ref);
  const state = folder.loadCluster(ref.arn) ?? (await createKubernetesState());
  const save = (): void => folder.saveClusterSoon(ref.arn, state);
  const issuer = known?.issuer ?? newIssuer(ref.region);
  const api = await onPortIfFree(portOf(known?.endpoint), (port) =>
    startKubernetesApi({
      state,
      issuer,
      gitVersion: `v${DEFAULT_VERSION}.0`,
      onChange: save,
      around: watchedCalls(ref.name, aws),
      authenticator: async (token) => bearerOf(token, ref, aws),
      ...(port !== undefined && { port }),
    }),
  );
  describeToEks(options, { endpoint: api.url, caPem: api.caPem, issuer, version: DEFAULT_VERSION }, aws);
  const webhook = await startWebhook(api, state, ref, aws);
  save();
  return {
    ...ref,
    endpoint: api.url,
    caPem: api.caPem,
    issuer,
    jwks: async () => api.jwks() as JSONWebKeySet,
    tokenFor(username = "admin", groups = ["system:masters"]) {
      const token = api.tokenFor(username, groups);
      save();
      return token;
    },
    podExists: async (identity) => api.podExists(identity),
    agentReady: () => api.hasReadyPod(AGENT_PODS.namespace, AGENT_PODS.labels),
    async onAddon(addon, installed) {
      const { configurationValues } = clusterIn(aws, ref)?.addons[addon] ?? {};
      const { present, absent } = softwareOf(addon, ref.region, installed, configurationValues);
      for (const object of present) await api.ensure(object);
      for (const object of absent) await api.remove(object);
      await api.settled();
    },
    async stop() {
      await webhook.stop();
      await api.stop();
    },
  };
}

async function startWebhook(
  api: KubernetesApi,
  { authority }: KubernetesState,
  ref: ClusterRef,
  aws: AwsEmulation,
): Promise<Listener> {
  const webhook = await startAdmissionWebhook({
    certificate: await issueServerCertificate(authority, ["127.0.0.1"]),
    config: { ...EKS_WEBHOOK_CONFIG, region: ref.region },
    serviceAccounts: {
      annotations: api.annotations,
      podIdentity: async (namespace, awsAccount) => hasPodIdentity(namespace, awsAccount, ref, aws),
    },
  });
  await api.ensure(webhookConfiguration(webhook.url, authority.certificatePem));
  return webhook;
}
