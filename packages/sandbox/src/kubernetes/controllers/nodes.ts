import type { Pod, PodStatus } from "../model/kinds.ts";
import { timestamp } from "../model/object.ts";
import { JOBS, NODES, PODS } from "../model/resources.ts";
import { condition, CONTROLLER, setStatus, type ControllerContext } from "./context.ts";
import { mayRunOn } from "./node-choice.ts";

/** Scheduler and kubelet in one: a pod gets a node that it selects and runs, ready immediately; a Job's pod then ends well. */
export async function runPod(context: ControllerContext, pod: Pod): Promise<void> {
  if (pod.spec.nodeName === undefined) await schedule(context, pod);
  else if (pod.status?.phase === "Pending") await setStatus(context, PODS, pod, runningStatus(pod));
  else if (pod.status?.phase === "Running" && isJobs(pod))
    await setStatus(context, PODS, pod, endedStatus(pod));
}

async function schedule({ store, writer }: ControllerContext, pod: Pod): Promise<void> {
  const node = store.list(NODES).find((one) => mayRunOn(one, pod.spec));
  if (node === undefined) return;
  const spec = { ...pod.spec, nodeName: node.metadata.name };
  await writer.update(PODS, pod, { ...pod, spec }, { ...CONTROLLER, manager: "kube-scheduler" });
}

function isJobs({ metadata }: Pod): boolean {
  return (metadata.ownerReferences ?? []).some(({ kind }) => kind === JOBS.kind);
}

function runningStatus(pod: Pod): PodStatus {
  const now = timestamp();
  return {
    ...pod.status,
    phase: "Running",
    hostIP: "10.0.0.10",
    startTime: now,
    conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) =>
      condition(pod, type, true, ""),
    ),
    containerStatuses: pod.spec.containers.map(({ name, image = "" }) => ({
      name,
      image,
      imageID: "",
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
  };
}

function endedStatus(pod: Pod): PodStatus {
  const terminated = { exitCode: 0, reason: "Completed", finishedAt: timestamp() };
  return {
    ...pod.status,
    phase: "Succeeded",
    conditions: ["Ready", "ContainersReady"].map((type) => condition(pod, type, false, "PodCompleted")),
    containerStatuses: (pod.status?.containerStatuses ?? []).map((container) => ({
      ...container,
      ready: false,
      state: { terminated },
    })),
  };
}
