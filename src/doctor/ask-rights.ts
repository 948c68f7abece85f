import type { AwsPort, Caller, Simulated } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { NODE_CLASSES } from "../model/node-classes.ts";
import { Failure } from "../model/failure.ts";
import { askAccess } from "../model/access.ts";
import { resourcesOf } from "../permissions/resources.ts";
import { CLUSTER_SCOPED, clusterRightText, type AwsRight, type ClusterRight } from "../permissions/right.ts";
import type { Scope } from "../permissions/scope.ts";
import { kindRow, WORKLOAD_KINDS } from "../model/workload-kinds.ts";
import { known, look, unknown, type Known } from "../model/known.ts";
import type { AskedRight } from "./checks/rights.ts";

/** How many actions one request asks about. */
const AT_ONCE = 8;

/**
 * What IAM's simulation says of the rights; where it may not be asked, what the reads that were made have shown.
 * @param denied actions that AWS has refused in this run
 */
export async function askAws(
  rights: readonly AwsRight[],
  scope: Scope,
  caller: Caller,
  { iam }: AwsPort,
  denied: ReadonlySet<string>,
): Promise<readonly AskedRight[]> {
  if (caller.arn.endsWith(":root")) return rights.map((right) => toAsked(right, known(true)));
  const principal = await principalOf(caller, iam);
  const byResource = new Map<string, AwsRight[]>();
  for (const right of rights) {
    const resource = example(resourcesOf(right, scope)[0] ?? "*");
    byResource.set(resource, [...(byResource.get(resource) ?? []), right]);
  }
  const answers = await mapConcurrent(
    [...byResource],
    AT_ONCE,
    async ([resource, meant]): Promise<AskedRight[]> => {
      const actions = meant.map(({ action }) => action);
      const found = await look(() => iam.getSimulation(principal, actions, resource));
      return meant.map((right) => {
        if (denied.has(right.action)) return toAsked(right, known(false));
        return toAsked(right, found.state === "known" ? simulated(found.value.get(right.action)) : found);
      });
    },
  );
  return answers.flat();
}

function simulated(answer: Simulated = "unknown"): Known<boolean> {
  if (answer !== "unknown") return known(answer === "yes");
  return unknown(new Failure("failed", "unexpected-answer", "the policy allows it only under conditions"));
}

function toAsked({ action, level }: AwsRight, answer: AskedRight["answer"]): AskedRight {
  return { name: action, level, answer };
}

/** A resource that a pattern stands for: a simulation is of one. */
function example(pattern: string): string {
  return pattern === "*" ? pattern : pattern.replaceAll("*", "irsa-doctor").replaceAll("?", "x");
}

/** What is simulated is the role behind a session; IAM wants its path, which a session's ARN leaves out. */
async function principalOf({ arn }: Caller, iam: AwsPort["iam"]): Promise<string> {
  const [, head, awsAccount, name] = /^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (name === undefined) return arn;
  const role = await look(() => iam.getRole(name));
  const known = role.state === "known" ? role.value?.arn : undefined;
  return known ?? `${head ?? ""}:iam::${awsAccount ?? ""}:role/${name}`;
}

/** What the API server says of the rights (SelfSubjectAccessReview), in a namespace or in all. */
export async function askCluster(
  rights: readonly ClusterRight[],
  namespace: string | undefined,
  kubernetes: KubernetesPort,
): Promise<readonly AskedRight[]> {
  const lacking = await groupsLacking(rights, kubernetes);
  const onResources = rights.filter(
    ({ group, resource }) => !resource.startsWith("/") && !lacking.has(group),
  );
  return mapConcurrent(onResources, AT_ONCE, async (right): Promise<AskedRight> => {
    const { verb, group, resource: path, level } = right;
    const [resource = "", subresource] = path.split("/");
    const isClusterWide = CLUSTER_SCOPED.has(resource);
    const answer = await askAccess(kubernetes, {
      verb,
      resource,
      ...(group !== "" && { group }),
      ...(subresource !== undefined && { subresource }),
      ...(namespace !== undefined && !isClusterWide && { namespace }),
    });
    return { name: clusterRightText(right), level, answer };
  });
}

/** The groups of kinds that the cluster does not have: no rights on them are needed. Where that is unknown, they are asked about. */
async function groupsLacking(
  rights: readonly ClusterRight[],
  kubernetes: KubernetesPort,
): Promise<ReadonlySet<string>> {
  const custom = [
    ...WORKLOAD_KINDS.map(kindRow).filter((row) => row.custom === true),
    ...Object.values(NODE_CLASSES),
  ];
  const kinds = custom.filter(({ group }) => rights.some((right) => right.group === group));
  const lacking = await mapConcurrent(kinds, AT_ONCE, async ({ group, version }) => {
    const served = await look(() => kubernetes.serves(group, version));
    return served.state !== "unknown" && !served.value ? [group] : [];
  });
  return new Set(lacking.flat());
}
