import type { AwsPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Pod, PodSpec } from "../model/kubernetes-objects.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { envSourcesOf, sourceText, type EnvKeys } from "../workload/env-keys.ts";
import type { Subject } from "./chain.ts";
import { wayOf } from "./choose-way.ts";
import { WEBHOOK_NAME } from "../model/webhook-name.ts";
import { observeAgent } from "./observe-agent.ts";
import { observeIam, observeTrustQuota } from "./observe-iam.ts";
import type { AssociationView, ServiceAccountView, Observed } from "./observed.ts";
import { listed, look, known, UNASKED, valueOf, type Seen } from "../model/known.ts";
import type { SeenBy, Sources } from "./sources.ts";
import { observeSubject } from "./observe-subject.ts";

/** How many ConfigMaps and Secrets of a chain are read at the same time. */
const READS = 8;

/** Reads everything that the chain is checked by, except the token exchange; a read that fails is recorded as unknown. */
export async function observeChain(subject: Subject, sources: Sources): Promise<Observed> {
  const { aws, kubernetes, cluster, clusterFlags } = sources;
  const api = valueOf(kubernetes);
  const seenBy = <T>(read: (api: KubernetesPort) => Promise<T>): Promise<Seen<T>> =>
    api === undefined
      ? Promise.resolve(kubernetes.state === "unknown" ? kubernetes : UNASKED)
      : look(() => read(api));
  const webhook = seenBy((on) => on.getWebhook(WEBHOOK_NAME));
  const about = await observeSubject(subject, seenBy);
  const serviceAccount =
    about.serviceAccount.state === "known"
      ? await observeServiceAccount(about.serviceAccount.value, seenBy)
      : about.serviceAccount;
  const found = valueOf(serviceAccount)?.found;
  const ref = valueOf(about.serviceAccount);
  const known = valueOf(cluster);
  const [tried, association, pods] = await Promise.all([
    found === undefined ? UNASKED : seenBy((on) => on.tryPod(found.ref)),
    ref === undefined || known === undefined ? UNASKED : observeAssociation(aws, known, ref),
    observePods(about.pods, ref, seenBy),
  ]);
  const onWay = { subject, cluster, serviceAccount, association, tried, pods };
  const [iam, agent] = await Promise.all([
    observeIam(sources, onWay),
    wayOf(onWay) === "pod-identity" && known !== undefined
      ? observeAgent(aws, known, listed(pods), seenBy)
      : UNASKED,
  ]);
  const specs = [
    ...(about.template.state === "known" ? [about.template.value] : []),
    ...listed(pods)
      .filter(({ phase }) => phase !== "Succeeded" && phase !== "Failed")
      .map(({ spec }) => spec),
  ];
  const observed: Observed = {
    subject,
    at: Date.now(),
    envKeys: await observeEnvKeys(specs, subject.namespace, seenBy),
    clusterFlags,
    cluster,
    second: sources.second && { awsAccount: sources.second.awsAccount, flags: sources.second.flags },
    serviceAccount,
    tried,
    association,
    agent,
    template: about.template,
    pods,
    ...iam,
    webhook: await webhook,
    trustQuota: UNASKED,
    proof: UNASKED,
    token: UNASKED,
  };
  return observeTrustQuota(sources, observed);
}

async function observeServiceAccount(
  ref: ServiceAccountRef,
  seenBy: SeenBy,
): Promise<Seen<ServiceAccountView>> {
  const [found, namespace] = await Promise.all([
    seenBy((on) => on.getServiceAccount(ref)),
    seenBy((on) => on.getNamespace(ref.namespace)),
  ]);
  return found.state === "known" ? known({ ref, namespace, found: found.value }) : found;
}

async function observePods(
  own: Seen<readonly Pod[]>,
  ref: ServiceAccountRef | undefined,
  seenBy: SeenBy,
): Promise<Seen<readonly Pod[]>> {
  if (own.state !== "unasked" || ref === undefined) return own;
  return seenBy((on) => on.listPods(ref));
}

/** The ConfigMaps and Secrets of `envFrom`, each once. */
async function observeEnvKeys(
  specs: readonly PodSpec[],
  namespace: Subject["namespace"],
  seenBy: SeenBy,
): Promise<EnvKeys> {
  const sources = envSourcesOf({ containers: specs.flatMap(({ containers }) => containers) });
  const read = await mapConcurrent(sources, READS, async ({ kind, name }) => {
    const keys = await seenBy((on) => on.getKeyNames({ kind, namespace, name }));
    return keys.state === "unasked" ? [] : [[sourceText({ kind, name }), keys] as const];
  });
  return new Map(read.flat());
}

async function observeAssociation(
  { eks }: AwsPort,
  cluster: Cluster,
  ref: ServiceAccountRef,
): Promise<Seen<AssociationView | undefined>> {
  const found = await look(() => eks.listPodIdentityAssociations(cluster.name, ref));
  if (found.state !== "known") return found;
  const [one] = found.value;
  if (one === undefined) return known(undefined);
  const { id } = one;
  const described = await look(() => eks.describePodIdentities(cluster.name, ref));
  if (described.state === "unknown") return known({ id, details: described });
  const [details] = described.value;
  return known(details && { id: details.id, details: known(details) });
}
