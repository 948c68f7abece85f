import type { Workload } from "../model/kinds.ts";
import { controlledBy, isControlledBy, withMetadata } from "../model/object.ts";
import { DEPLOYMENTS, REPLICA_SETS } from "../model/resources.ts";
import { shortHash } from "../names.ts";
import { condition, CONTROLLER, setStatus, type ControllerContext } from "./context.ts";

const HASH_LABEL = "pod-template-hash";
const REVISION = "deployment.kubernetes.io/revision";

/** Rolls a Deployment out: a ReplicaSet a template, and the former ones emptied when the new one is ready. */
export async function reconcileDeployment(context: ControllerContext, deployment: Workload): Promise<void> {
  const sets = replicaSetsOf(context, deployment);
  const hash = shortHash(deployment.spec.template);
  const current = sets.find(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash);
  const former = sets.filter((set) => set !== current);
  if (current === undefined) await createReplicaSet(context, deployment, hash, former);
  else await rollOut(context, deployment, current, former);
}

function replicaSetsOf({ store }: ControllerContext, deployment: Workload): readonly Workload[] {
  const { namespace = "" } = deployment.metadata;
  return store.list(REPLICA_SETS, namespace).filter((set) => isControlledBy(set, deployment));
}

async function createReplicaSet(
  { writer }: ControllerContext,
  deployment: Workload,
  hash: string,
  former: readonly Workload[],
): Promise<void> {
  const { name, namespace = "" } = deployment.metadata;
  const { template, selector, replicas = 1 } = deployment.spec;
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const set: Workload = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: { [REVISION]: String(newestRevision(former) + 1) },
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas: emptiesFirst(deployment) && former.some(hasPods) ? 0 : replicas,
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  await writer.create(REPLICA_SETS, set, CONTROLLER);
}

async function rollOut(
  context: ControllerContext,
  deployment: Workload,
  current: Workload,
  former: readonly Workload[],
): Promise<void> {
  const { replicas = 1 } = deployment.spec;
  const isFirst = emptiesFirst(deployment);
  const isReady = count(current, "readyReplicas") >= replicas;
  if (isFirst || isReady) for (const set of former) await scale(context, set, 0);
  if (!isFirst || !former.some(hasPods)) await scale(context, current, replicas, newestRevision(former));
  await annotateRevision(context, deployment, current);
  await reportStatus(context, deployment, current, former);
}

/** Sets the size of a ReplicaSet; the one in use is kept the newest, also after going back to it. */
async function scale(
  { writer, store }: ControllerContext,
  set: Workload,
  replicas: number,
  newest = 0,
): Promise<void> {
  const fresh = store.get(REPLICA_SETS, set.metadata.namespace ?? "", set.metadata.name) ?? set;
  const revision = Math.max(
    revisionNumber(fresh),
    replicas > 0 && newest >= revisionNumber(fresh) ? newest + 1 : 0,
  );
  const annotations = { ...fresh.metadata.annotations, [REVISION]: String(revision) };
  const next = withMetadata({ ...fresh, spec: { ...fresh.spec, replicas } }, { annotations });
  await writer.update(REPLICA_SETS, fresh, next, CONTROLLER);
}

async function annotateRevision(
  context: ControllerContext,
  deployment: Workload,
  current: Workload,
): Promise<void> {
  const fresh = replicaSetsOf(context, deployment).find(
    ({ metadata }) => metadata.uid === current.metadata.uid,
  );
  const revision = fresh?.metadata.annotations?.[REVISION];
  if (revision === undefined) return;
  const annotations = { ...deployment.metadata.annotations, [REVISION]: revision };
  await context.writer.update(DEPLOYMENTS, deployment, withMetadata(deployment, { annotations }), CONTROLLER);
}

async function reportStatus(
  context: ControllerContext,
  deployment: Workload,
  current: Workload,
  former: readonly Workload[],
): Promise<void> {
  const { namespace = "", name } = deployment.metadata;
  const fresh = context.store.get(DEPLOYMENTS, namespace, name);
  if (fresh === undefined) return;
  const { replicas = 1 } = fresh.spec;
  const total = (field: string) => [current, ...former].reduce((sum, set) => sum + count(set, field), 0);
  const available = total("availableReplicas");
  const isDone = count(current, "availableReplicas") >= replicas && total("replicas") === replicas;
  await setStatus(context, DEPLOYMENTS, fresh, {
    observedGeneration: fresh.metadata.generation,
    replicas: total("replicas"),
    updatedReplicas: count(current, "replicas"),
    readyReplicas: total("readyReplicas"),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, replicas - available),
    conditions: [
      condition(
        fresh,
        "Available",
        available >= replicas,
        available >= replicas ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
      ),
      condition(fresh, "Progressing", true, isDone ? "NewReplicaSetAvailable" : "ReplicaSetUpdated"),
    ],
  });
}

/** True for the strategy that has no two versions run side by side. */
function emptiesFirst({ spec }: Workload): boolean {
  return (spec["strategy"] as { readonly type?: string } | undefined)?.type === "Recreate";
}

function hasPods(set: Workload): boolean {
  return count(set, "replicas") > 0 || (set.spec.replicas ?? 0) > 0;
}

function newestRevision(sets: readonly Workload[]): number {
  return sets.reduce((newest, set) => Math.max(newest, revisionNumber(set)), 0);
}

function revisionNumber({ metadata }: Workload): number {
  return Number(metadata.annotations?.[REVISION] ?? 0);
}

function count({ status = {} }: Workload, field: string): number {
  const value = status[field];
  return typeof value === "number" ? value : 0;
}
