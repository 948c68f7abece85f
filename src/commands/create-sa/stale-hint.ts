import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { RoleArn } from "../../model/arn.ts";
import { isFailure } from "../../model/failure.ts";
import { restartWords } from "../../model/rollout-words.ts";
import type { ServiceAccountRef } from "../../model/service-account-ref.ts";
import { commandLine } from "../../output/command-text.ts";
import type { Piece } from "../../output/line.ts";
import { stalePods, type PodGroup } from "../../workload/stale-pods.ts";

/** Lists pods that run with the ServiceAccount but don't have the role yet; nothing where pods can't be listed. */
export async function staleHint(
  kubernetes: KubernetesPort,
  serviceAccount: ServiceAccountRef,
  role: RoleArn,
  clusterFlags: readonly string[],
): Promise<Piece[]> {
  const stale = await staleIfPermitted(kubernetes, serviceAccount, role);
  const count = stale.reduce((sum, { pods }) => sum + pods.length, 0);
  if (count === 0) return [];
  const who = count === 1 ? "1 pod started earlier and doesn't" : `${count} pods started earlier and don't`;
  return [
    `  ${who} have it yet:`,
    ...stale.flatMap((one) => commandLines(one, serviceAccount, clusterFlags)),
  ];
}

async function staleIfPermitted(
  kubernetes: KubernetesPort,
  serviceAccount: ServiceAccountRef,
  role: RoleArn,
): Promise<PodGroup[]> {
  try {
    return stalePods(await kubernetes.listPods(serviceAccount), role);
  } catch (error) {
    if (isFailure(error, "forbidden")) return [];
    throw error;
  }
}

/** The command that restarts a workload; a Job's pods and bare pods are only named. */
function commandLines(
  { workload, pods }: PodGroup,
  { namespace }: ServiceAccountRef,
  clusterFlags: readonly string[],
): Piece[] {
  const restart = workload === undefined ? undefined : restartWords(workload, namespace, clusterFlags);
  if (restart !== undefined) return [commandLine(restart)];
  return pods.map((pod) => `      pod ${pod}${workload === undefined ? "" : ` of ${workload}`}: recreate it`);
}
