import type { PodTemplate, Rollout, Workload } from "../model/kinds.ts";
import { controlledBy, isControlledBy, withMetadata, type LabelSelector } from "../model/object.ts";
import { DEPLOYMENTS, PODS, REPLICA_SETS, ROLLOUTS } from "../model/resources.ts";
import { shortHash } from "../names.ts";
import { CONTROLLER, setStatus, type ControllerContext } from "./context.ts";
import { podsOf } from "./pods.ts";

const HASH_LABEL = "rollouts-pod-template-hash";
const WORKLOAD_GENERATION = "rollout.argoproj.io/workload-generation";

/** What the pods of a Rollout are made of: its own template, or that of the Deployment that it refers to. */
interface Source {
  readonly template: PodTemplate;
  readonly selector: LabelSelector;
  /** The Deployment's generation. */
  readonly generation?: string;
}

/**
 * Does what Argo Rollouts' controller does with a Rollout without steps: a ReplicaSet a template, the former ones emptied
 * when the new one is ready; and pods older than `spec.restartAt` replaced.
 */
export async function reconcileRollout(context: ControllerContext, rollout: Rollout): Promise<void> {
  const source = sourceOf(context, rollout);
  if (source === undefined) return setPhase(context, rollout, "Degraded", "InvalidSpec: no pod template");
  if (await noteGeneration(context, rollout, source)) return undefined;
  const sets = replicaSetsOf(context, rollout);
  // Unlike that of the Deployment with the same name and template, whose ReplicaSets would be called the same.
  const hash = shortHash({ rollout: source.template });
  const current = sets.find(({ metadata }) => metadata.labels?.[HASH_LABEL] === hash);
  if (current === undefined) return createReplicaSet(context, rollout, source, hash);
  const { replicas = 1 } = rollout.spec;
  await scale(context, current, replicas);
  if (count(current, "readyReplicas") < replicas) return reportStatus(context, rollout, source, current);
  for (const set of sets) if (set !== current) await scale(context, set, 0);
  const hasRestarted = restart(context, rollout, current);
  return reportStatus(context, rollout, source, current, hasRestarted);
}

function sourceOf({ store }: ControllerContext, { metadata, spec }: Rollout): Source | undefined {
  const { workloadRef, template, selector = {} } = spec;
  if (workloadRef === undefined) return template && { template, selector };
  if (workloadRef.kind !== "Deployment") return undefined;
  const deployment = store.get(DEPLOYMENTS, metadata.namespace ?? "", workloadRef.name);
  return (
    deployment && {
      template: deployment.spec.template,
      selector: spec.selector ?? deployment.spec.selector ?? {},
      generation: String(deployment.metadata.generation),
    }
  );
}

/** Records which generation of the Deployment is rolled out; true if it was another before. */
async function noteGeneration(
  { writer }: ControllerContext,
  rollout: Rollout,
  { generation }: Source,
): Promise<boolean> {
  const { annotations } = rollout.metadata;
  if (generation === undefined || annotations?.[WORKLOAD_GENERATION] === generation) return false;
  const noted = withMetadata(rollout, { annotations: { ...annotations, [WORKLOAD_GENERATION]: generation } });
  await writer.update(ROLLOUTS, rollout, noted, CONTROLLER);
  return true;
}

function replicaSetsOf({ store }: ControllerContext, rollout: Rollout): readonly Workload[] {
  return store
    .list(REPLICA_SETS, rollout.metadata.namespace ?? "")
    .filter((set) => isControlledBy(set, rollout));
}

async function createReplicaSet(
  { writer }: ControllerContext,
  rollout: Rollout,
  { template, selector }: Source,
  hash: string,
): Promise<void> {
  const { name, namespace = "" } = rollout.metadata;
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const set: Workload = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: `${name}-${hash}`, namespace, labels, ownerReferences: [controlledBy(rollout)] },
    spec: {
      replicas: rollout.spec.replicas ?? 1,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  await writer.create(REPLICA_SETS, set, CONTROLLER);
}

async function scale({ writer, store }: ControllerContext, set: Workload, replicas: number): Promise<void> {
  const fresh = store.get(REPLICA_SETS, set.metadata.namespace ?? "", set.metadata.name) ?? set;
  if (fresh.spec.replicas === replicas) return;
  await writer.update(REPLICA_SETS, fresh, { ...fresh, spec: { ...fresh.spec, replicas } }, CONTROLLER);
}

/** Removes pods that are older than `restartAt`, which may be in the future; true if there are none any more. */
function restart(context: ControllerContext, { spec }: Rollout, current: Workload): boolean {
  const due = Date.parse(spec.restartAt ?? "");
  if (Number.isNaN(due)) return false;
  if (Date.now() < due) {
    context.wakeIn(due - Date.now() + 1);
    return false;
  }
  const old = podsOf(context, current).filter(
    ({ metadata }) => Date.parse(metadata.creationTimestamp ?? "") < due,
  );
  for (const pod of old) context.writer.remove(PODS, pod);
  return old.length === 0;
}

async function reportStatus(
  context: ControllerContext,
  rollout: Rollout,
  { generation }: Source,
  current: Workload,
  hasRestarted = false,
): Promise<void> {
  const { namespace = "", name } = rollout.metadata;
  const fresh = context.store.get(ROLLOUTS, namespace, name);
  if (fresh === undefined) return;
  const { replicas = 1, restartAt } = fresh.spec;
  const sets = replicaSetsOf(context, fresh);
  const total = (field: string) => sets.reduce((sum, set) => sum + count(set, field), 0);
  const restartedAt = hasRestarted ? restartAt : fresh.status?.["restartedAt"];
  const isDone =
    count(current, "availableReplicas") >= replicas &&
    total("replicas") === replicas &&
    restartAt === restartedAt;
  const hash = current.metadata.labels?.[HASH_LABEL];
  await setStatus(context, ROLLOUTS, fresh, {
    observedGeneration: String(fresh.metadata.generation),
    ...(generation !== undefined && { workloadObservedGeneration: generation }),
    ...(restartedAt !== undefined && { restartedAt }),
    currentPodHash: hash,
    ...(isDone ? { stableRS: hash } : { stableRS: fresh.status?.["stableRS"] ?? "" }),
    replicas: total("replicas"),
    updatedReplicas: count(current, "replicas"),
    readyReplicas: total("readyReplicas"),
    availableReplicas: total("availableReplicas"),
    phase: isDone ? "Healthy" : "Progressing",
  });
}

async function setPhase(
  context: ControllerContext,
  rollout: Rollout,
  phase: string,
  message: string,
): Promise<void> {
  const observedGeneration = String(rollout.metadata.generation);
  await setStatus(context, ROLLOUTS, rollout, { ...rollout.status, observedGeneration, phase, message });
}

function count({ status = {} }: Workload, field: string): number {
  const value = status[field];
  return typeof value === "number" ? value : 0;
}
