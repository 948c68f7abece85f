import type { EksPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { Addon } from "../model/addon.ts";
import type { Cluster } from "../model/cluster.ts";
import { grouped } from "../model/grouped.ts";
import type { Pod } from "../model/kubernetes-objects.ts";
import { look, mapKnown, type Known } from "../model/known.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import type { FargateProfile } from "../model/node-objects.ts";
import { AGENT_NAME } from "../model/pod-identity-agent.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { readCoverage, type Coverage } from "./coverage.ts";

/** Where pods of ServiceAccounts may run, and whether Pod Identity works there. */
export interface ObservedPlaces {
  readonly cluster: Cluster;
  /** The ServiceAccounts that have, or get, their role by Pod Identity. */
  readonly serviceAccounts: readonly ServiceAccountRef[];
  readonly addon: Known<Addon | undefined>;
  readonly coverage: Known<Coverage>;
  readonly profiles: Known<readonly FargateProfile[]>;
  /** What only new associations depend on. */
  readonly created: ObservedCreation | undefined;
}

/** What matters if associations are created. */
export interface ObservedCreation {
  /** How many associations the cluster has. */
  readonly associations: Known<number>;
  /** The pods that run with each ServiceAccount that gets an association. */
  readonly pods: readonly RunningPods[];
}

/** The pods that run with a ServiceAccount. */
export interface RunningPods {
  readonly serviceAccount: ServiceAccountRef;
  readonly pods: Known<readonly Pod[]>;
}

/** How many lists of pods are read concurrently. */
const AT_ONCE = 8;

/**
 * Reads all of it concurrently, each once however many ServiceAccounts there are; none of the reads is required.
 * @param creating those of the ServiceAccounts that get, or may get, a new association
 */
export async function observePlaces(
  cluster: Cluster,
  serviceAccounts: readonly ServiceAccountRef[],
  creating: readonly ServiceAccountRef[],
  { eks, kubernetes }: { readonly eks: EksPort; readonly kubernetes: KubernetesPort },
): Promise<ObservedPlaces> {
  const [addon, coverage, profiles, created] = await Promise.all([
    look(() => eks.getAddon(cluster.name, AGENT_NAME)),
    readCoverage(kubernetes),
    look(() => eks.describeFargateProfiles(cluster.name)),
    creating.length === 0 ? undefined : observeCreation(cluster, creating, eks, kubernetes),
  ]);
  return { cluster, serviceAccounts, addon, coverage, profiles, created };
}

async function observeCreation(
  { name }: Cluster,
  creating: readonly ServiceAccountRef[],
  eks: EksPort,
  kubernetes: KubernetesPort,
): Promise<ObservedCreation> {
  const byNamespace = [...grouped(creating, ({ namespace }) => namespace).values()];
  const [associations, pods] = await Promise.all([
    look(async () => (await eks.listPodIdentityAssociations(name, undefined)).length),
    mapConcurrent(byNamespace, AT_ONCE, (some) => podsInNamespace(some, kubernetes)),
  ]);
  return { associations, pods: pods.flat() };
}

/** Of several ServiceAccounts, all pods of their namespace are listed: one request. */
async function podsInNamespace(
  serviceAccounts: readonly ServiceAccountRef[],
  kubernetes: KubernetesPort,
): Promise<RunningPods[]> {
  const [first, ...more] = serviceAccounts;
  if (first === undefined) return [];
  const { namespace } = first;
  const pods = await look(() => kubernetes.listPods(more.length === 0 ? first : { namespace }));
  return serviceAccounts.map((serviceAccount) => ({
    serviceAccount,
    pods: mapKnown(pods, (all) =>
      all.filter(({ serviceAccountName }) => serviceAccountName === serviceAccount.name),
    ),
  }));
}
