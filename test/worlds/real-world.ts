import { randomBytes } from "node:crypto";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";
import { EKS_WEBHOOK_CONFIG, startAdmissionWebhook, webhookConfiguration } from "irsa-sandbox/parts";
import { startControlPlane, type ControlPlane } from "./control-plane/control-plane.ts";
import { startMotoWorld, type MotoWorld } from "./moto/world.ts";
import { waitFor } from "./process.ts";
import { hooksInto } from "./real-cluster-hooks.ts";
import { CLUSTER_NAME, type World } from "./world.ts";

type Stoppable = { readonly stop: () => Promise<void> };

/** The real control plane, with the webhook registered, behind moto's EKS, IAM and STS. */
export async function startRealWorld(): Promise<World> {
  const parts: Stoppable[] = [];
  const stop = async (): Promise<void> => {
    for (const part of parts.toReversed()) await part.stop();
  };
  try {
    // EKS is there before its cluster.
    const started: { plane?: ControlPlane } = {};
    const aws = add(parts, await startMotoWorld({ hooks: hooksInto(() => started.plane) }));
    const issuer = newIssuer(aws.region);
    const tokenWebhook = aws.tokenReview(CLUSTER_NAME);
    const plane = add(parts, await startControlPlane({ workloads: true, nodes: 1, issuer, tokenWebhook }));
    started.plane = plane;
    const cluster = {
      name: CLUSTER_NAME,
      endpoint: plane.server,
      caPem: plane.caPem,
      issuer,
      jwks: plane.jwks,
    };
    await aws.createCluster(CLUSTER_NAME, cluster);
    add(parts, await registerWebhook(plane, aws));
    const { adminKubeconfig, kubeconfigFor } = plane;
    return { aws, cluster, adminKubeconfig, kubeconfigFor, environmentOf: aws.environmentOf, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function add<T extends Stoppable>(parts: Stoppable[], part: T): T {
  parts.push(part);
  return part;
}

/** EKS's issuers end in 32 hexadecimal digits. */
function newIssuer(region: string): string {
  return `https://oidc.eks.${region}.amazonaws.com/id/${randomBytes(16).toString("hex").toUpperCase()}`;
}

async function registerWebhook(
  plane: ControlPlane,
  { region, hasAssociation }: MotoWorld,
): Promise<Stoppable> {
  const kube = new KubeConfig();
  kube.loadFromFile(plane.adminKubeconfig);
  const api = kube.makeApiClient(CoreV1Api);
  let isAsked = false;
  const webhook = await startAdmissionWebhook({
    certificate: await plane.issueCertificate(["127.0.0.1"]),
    config: { ...EKS_WEBHOOK_CONFIG, region },
    serviceAccounts: {
      annotations: async (namespace, name) => {
        isAsked = true;
        return (await api.readNamespacedServiceAccount({ namespace, name })).metadata?.annotations;
      },
      podIdentity: async (namespace, name) => hasAssociation(namespace, name),
    },
  });
  await plane.apply(stringify(webhookConfiguration(webhook.url, plane.caPem)));
  // The API server goes by a registration some time after its answer: a pod made before that would run without its role.
  const body = { metadata: { name: "probe" }, spec: { containers: [{ name: "app", image: "app" }] } };
  const probe = async (): Promise<boolean> => {
    await api.createNamespacedPod({ namespace: "default", body, dryRun: "All" });
    return isAsked;
  };
  await waitFor("the API server asked the webhook", [], probe, 240);
  return webhook;
}
