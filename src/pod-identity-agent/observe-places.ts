import type { EksPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { Addon } from "../model/addon.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Pod } from "../model/kubernetes-objects.ts";
import { look, type Known } from "../model/known.ts";
import type { FargateProfile } from "../model/node-objects.ts";
import { AGENT_NAME } from "../model/pod-identity-agent.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { readCoverage, type Coverage } from "./coverage.ts";

/** Where pods of a ServiceAccount may run, and whether Pod Identity works there. */
export interface ObservedPlaces {
  readonly cluster: Cluster;
  readonly serviceAccount: ServiceAccountRef;
  readonly addon: Known<Addon | undefined>;
  readonly coverage: Known<Coverage>;
  readonly profiles: Known<readonly FargateProfile[]>;
  /** How many associations the cluster has. */
  readonly associations: Known<number>;
  /** The pods that run with the ServiceAccount. */
  readonly pods: Known<readonly Pod[]>;
}

/** Reads all of it concurrently; none of the reads is required. */
export async function observePlaces(
  cluster: Cluster,
  serviceAccount: ServiceAccountRef,
  { eks, kubernetes }: { readonly eks: EksPort; readonly kubernetes: KubernetesPort },
): Promise<ObservedPlaces> {
  const [addon, coverage, profiles, associations, pods] = await Promise.all([
    look(() => eks.getAddon(cluster.name, AGENT_NAME)),
    readCoverage(kubernetes),
    look(() => eks.describeFargateProfiles(cluster.name)),
    look(async () => (await eks.listPodIdentityAssociations(cluster.name, undefined)).length),
    look(() => kubernetes.listPods(serviceAccount)),
  ]);
  return { cluster, serviceAccount, addon, coverage, profiles, associations, pods };
}
