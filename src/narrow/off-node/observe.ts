import type { Attempt } from "../../audit/attempt.ts";
import type { ClusterWithNodes } from "../../audit/nodes/node-roles.ts";
import { observeNodes } from "../../audit/nodes/observe-nodes.ts";
import type { Ec2Port, EksPort, IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { ClusterWithIssuer } from "../../model/cluster.ts";
import { known, valueOf, type Known } from "../../model/known.ts";
import type { Workload, WorkloadRef } from "../../model/kubernetes-objects.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import type { NamespaceName } from "../../model/service-account-ref.ts";
import { KINDS, WORKLOAD_KINDS } from "../../model/workload-kinds.ts";
import { parseWorkloadName, workloadText, type WorkloadName } from "../../model/workload-name.ts";
import type { ObservedNamespace } from "./choose.ts";
import { judgedPods, type JudgedPod } from "./pods.ts";

/** Where it is read from. */
export interface OffNodeSources {
  readonly cluster: ClusterWithIssuer;
  readonly eks: EksPort;
  readonly ec2: Ec2Port;
  readonly iam: IamPort;
  readonly kubernetes: KubernetesPort;
}

/** The pods of the cluster with what they get of their nodes, and the namespace whose workloads are to move. */
export interface ObservedPods {
  readonly onNodes: ClusterWithNodes;
  readonly pods: readonly JudgedPod[];
  readonly inNamespace: ObservedNamespace;
}

/** How many workloads are read concurrently. */
const AT_ONCE = 8;

/**
 * Reads every pod of the cluster, what gives its nodes their roles, and the workloads of a namespace.
 * @throws Failure if the pods can't be read: who would break is then unknown
 */
export async function observePods(
  { cluster, eks, ec2, iam, kubernetes }: OffNodeSources,
  { namespace, names }: { readonly namespace: NamespaceName; readonly names: readonly WorkloadName[] },
  attempt: Attempt,
): Promise<ObservedPods> {
  const { name } = cluster;
  const [all, nodes, serviceAccounts, associations] = await Promise.all([
    kubernetes.listPodSummaries(undefined),
    observeNodes({ name, eks, ec2, iam, kubernetes: known(kubernetes) }, attempt),
    attempt(`ServiceAccounts of ${namespace}`, () => kubernetes.listServiceAccounts(namespace)),
    attempt("Pod Identity associations", () => eks.describePodIdentities(name, undefined)),
  ]);
  const onNodes = { cluster, pods: known(all), nodes, associations };
  const pods = judgedPods(onNodes);
  const own = pods.filter(({ pod }) => pod.namespace === namespace);
  const texts = new Set([...own.map(({ workload }) => workload), ...names.map(workloadText)]);
  const read = await readWorkloads([...texts], namespace, kubernetes, attempt);
  return {
    onNodes,
    pods,
    inNamespace: {
      namespace,
      pods: own.map((one) => ({ ...one, workload: aboveJob(one.workload, read) })),
      workloads: await withCronJobs(read, namespace, kubernetes, attempt),
      serviceAccounts,
      associations: mapNamespace(associations, namespace),
    },
  };
}

type Workloads = ReadonlyMap<string, Known<Workload | undefined>>;

/** A name that a pod gives its owner is a tenant's: what can't be one is not asked for. */
async function readWorkloads(
  texts: readonly string[],
  namespace: NamespaceName,
  kubernetes: KubernetesPort,
  attempt: Attempt,
): Promise<Workloads> {
  const refs = texts.flatMap((text): [string, WorkloadRef][] => {
    const parsed = parseWorkloadName(text);
    const kind = parsed.ok ? WORKLOAD_KINDS.find((one) => KINDS[one].kind === parsed.value.kind) : undefined;
    return parsed.ok && kind !== undefined ? [[text, { kind, namespace, name: parsed.value.name }]] : [];
  });
  return new Map(
    await mapConcurrent(refs, AT_ONCE, async ([text, ref]) => {
      return [text, await attempt(`${text} of ${namespace}`, () => kubernetes.getWorkload(ref))] as const;
    }),
  );
}

/** The CronJob that controls a Job, else the workload itself. */
function aboveJob(workload: string, read: Workloads): string {
  const found = read.get(workload);
  const controller = workload.startsWith("job/") && found ? valueOf(found)?.controller : undefined;
  return controller?.kind === "CronJob" ? `cronjob/${controller.name}` : workload;
}

async function withCronJobs(
  read: Workloads,
  namespace: NamespaceName,
  kubernetes: KubernetesPort,
  attempt: Attempt,
): Promise<Workloads> {
  const above = [...read.keys()].map((text) => aboveJob(text, read)).filter((text) => !read.has(text));
  const more = await readWorkloads([...new Set(above)], namespace, kubernetes, attempt);
  return new Map([...read, ...more]);
}

function mapNamespace(
  associations: ObservedNamespace["associations"],
  namespace: NamespaceName,
): ObservedNamespace["associations"] {
  if (associations.state === "unknown") return associations;
  return known(associations.value.filter((one) => one.serviceAccount.namespace === namespace));
}
