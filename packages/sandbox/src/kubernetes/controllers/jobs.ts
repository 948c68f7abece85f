import type { Workload } from "../model/kinds.ts";
import { timestamp } from "../model/object.ts";
import { JOBS } from "../model/resources.ts";
import { condition, CONTROLLER, setStatus, type ControllerContext } from "./context.ts";
import { createPod, podsOf } from "./pods.ts";

const UID_LABEL = "batch.kubernetes.io/controller-uid";
const NAME_LABEL = "batch.kubernetes.io/job-name";

/** Runs a Job's pods, which end well, until enough have. CronJobs start none: there is no clock here. */
export async function reconcileJob(context: ControllerContext, job: Workload): Promise<void> {
  if (job.spec.selector === undefined) await label(context, job);
  else if (job.spec.suspend !== true) await run(context, job);
}

/** A Job's selector is not its author's to write: its own uid tells its pods from all others. */
async function label({ writer }: ControllerContext, job: Workload): Promise<void> {
  const { template } = job.spec;
  const { uid = "", name } = job.metadata;
  // The same twice: without prefix, as they were called first.
  const own = { [UID_LABEL]: uid, [NAME_LABEL]: name, "controller-uid": uid, "job-name": name };
  const labels = { ...template.metadata?.labels, ...own };
  const spec = {
    ...job.spec,
    selector: { matchLabels: { [UID_LABEL]: uid } },
    template: { ...template, metadata: { ...template.metadata, labels } },
  };
  await writer.update(JOBS, job, { ...job, spec }, CONTROLLER);
}

async function run(context: ControllerContext, job: Workload): Promise<void> {
  const completions = Number(job.spec["completions"] ?? 1);
  for (let missing = completions - podsOf(context, job).length; missing > 0; missing--) {
    if (!(await createPod(context, job, {}))) break;
  }
  const pods = podsOf(context, job);
  const succeeded = pods.filter(({ status }) => status?.phase === "Succeeded").length;
  const isDone = succeeded >= completions;
  const { startTime = timestamp(), completionTime = timestamp() } = job.status ?? {};
  await setStatus(context, JOBS, job, {
    startTime,
    active: pods.length - succeeded,
    ready: pods.filter(({ status }) => status?.phase === "Running").length,
    succeeded,
    ...(isDone && {
      completionTime,
      conditions: [condition(job, "Complete", true, "CompletionsReached")],
    }),
  });
}
