import type { JSONWebKeySet } from "jose";
import { clusterRef, type ClusterArn, type ClusterRef } from "../model/arn.ts";
import { webhookConfiguration } from "./admission-webhook/configuration.ts";
import { EKS_WEBHOOK_CONFIG } from "./admission-webhook/credential-source.ts";
import { startAdmissionWebhook } from "./admission-webhook/server.ts";
import type { AccessEntry } from "./aws/access-entry.ts";
import type { AwsEmulation } from "./aws/emulation.ts";
import { declareCluster } from "./aws/provision.ts";
import { at, type ClusterState } from "./aws/state.ts";
import { reviewToken } from "./aws/token-review.ts";
import { watchedCalls } from "./cluster-calls.ts";
import type { SandboxFolder } from "./folder.ts";
import { newIssuer } from "./issuer.ts";
import { startKubernetesApi, type KubernetesApi } from "./kubernetes/api.ts";
import type { Listener } from "./kubernetes/https.ts";
import { createKubernetesState, type KubernetesState } from "./kubernetes/state.ts";
import { onPortIfFree, portOf } from "./ports.ts";
import { issueServerCertificate } from "./tls.ts";

/** A cluster of a sandbox, as its users see it. */
export interface SandboxCluster extends ClusterRef {
  readonly endpoint: string;
  readonly caPem: string;
  readonly issuer: string;
  /** The issuer's public keys. */
  readonly jwks: () => Promise<JSONWebKeySet>;
  /** A bearer token of a user of these groups who is no AWS principal; of an administrator unless told. */
  readonly tokenFor: (username?: string, groups?: readonly string[]) => string;
  readonly stop: () => Promise<void>;
}

/** Which cluster is to be started. */
export interface ClusterOptions {
  readonly arn: ClusterArn;
  /** Who may log in; where the cluster is known already, those who might before. */
  readonly accessEntries: readonly AccessEntry[];
}

const VERSION = "1.35";

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
      gitVersion: `v${VERSION}.0`,
      onChange: save,
      around: watchedCalls(ref.name, aws),
      authenticator: async (token) => loggedIn(token, ref, aws),
      ...(port !== undefined && { port }),
    }),
  );
  describeToEks(options, ref, aws, api);
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
    async stop() {
      await webhook.stop();
      await api.stop();
    },
  };
}

function clusterIn({ store }: AwsEmulation, { account, region, name }: ClusterRef): ClusterState | undefined {
  return at(store.current().accounts[account]?.clusters ?? {}, `${region}/${name}`);
}

/** Who the bearer of EKS's token is to this cluster. */
function loggedIn(token: string, ref: ClusterRef, aws: AwsEmulation) {
  const { user } = reviewToken(token, ref.name, {
    accessEntries: () => clusterIn(aws, ref)?.accessEntries ?? [],
    stsHosts: new Set([new URL(aws.url).host]),
    keys: aws.store.find,
  });
  return user;
}

/** What was known of the cluster stays; where it is reached is new. */
function describeToEks(
  { accessEntries }: ClusterOptions,
  ref: ClusterRef,
  aws: AwsEmulation,
  api: KubernetesApi,
): void {
  const { store } = aws;
  const known = clusterIn(aws, ref);
  declareCluster(
    { store, account: ref.account, region: ref.region },
    {
      version: VERSION,
      accessEntries,
      ...known,
      name: ref.name,
      endpoint: api.url,
      caPem: api.caPem,
      issuer: api.issuer,
      addons: Object.values(known?.addons ?? {}),
    },
  );
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
    accounts: {
      annotations: api.annotations,
      async podIdentity(namespace, serviceAccount) {
        const associations = Object.values(clusterIn(aws, ref)?.associations ?? {});
        return associations.some(
          (one) => one.namespace === namespace && one.serviceAccount === serviceAccount,
        );
      },
    },
  });
  await api.ensure(webhookConfiguration(webhook.url, authority.certificatePem));
  return webhook;
}
