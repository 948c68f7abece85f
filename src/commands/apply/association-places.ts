import type { EksPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { Cluster } from "../../model/cluster.ts";
import type { Note } from "../../model/plan.ts";
import { observePlaces } from "../../pod-identity-agent/observe-places.ts";
import { createdAssociations, placeNotes } from "../../pod-identity-agent/place-notes.ts";
import type { FleetPlan } from "../../service-account/fleet/plan.ts";

/** Where pods of the file's Pod Identity associations won't get their roles; nothing is read for a file without one. */
export async function associationPlaces(
  { rows, changes }: FleetPlan,
  cluster: Cluster,
  ports: { readonly eks: EksPort; readonly kubernetes: KubernetesPort | undefined },
  clusterFlags: readonly string[],
): Promise<Note[]> {
  const { eks, kubernetes } = ports;
  const concerned = rows.flatMap((row) =>
    row.state === "planned" && row.plan.way === "pod-identity" && !row.desired.roleOnly
      ? [row.serviceAccount]
      : [],
  );
  if (kubernetes === undefined || concerned.length === 0) return [];
  const creating = createdAssociations(changes);
  const places = await observePlaces(cluster, concerned, creating, { eks, kubernetes });
  return placeNotes(places, creating, clusterFlags);
}
