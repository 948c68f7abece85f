import type { AwsPort, Caller } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { eachOf } from "../model/each-of.ts";
import { isFailure, type Failure } from "../model/failure.ts";
import { resourcesOf } from "../permissions/iam-policy.ts";
import { clusterRightText, type AwsRight, type ClusterRight } from "../permissions/right.ts";
import type { Scope } from "../permissions/scope.ts";
import { look } from "../verification/seen.ts";
import type { AskedRight, AskedRights } from "./checks/rights.ts";

/** Questions asked at once. */
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
): Promise<AskedRights> {
  if (caller.arn.endsWith(":root")) return { rights: rights.map((right) => toAsked(right, "yes")) };
  const principal = await principalOf(caller, iam);
  const targets = [...new Set(rights.map(({ on }) => on))];
  let refusal: Failure | undefined;
  const answers = await eachOf(targets, AT_ONCE, async (target): Promise<AskedRight[]> => {
    const meant = rights.filter(({ on }) => on === target);
    const [resource = "*"] = resourcesOf(target, scope).map((pattern) => example(pattern));
    const found = await look(() =>
      iam.listDenied(
        principal,
        meant.map(({ action }) => action),
        resource,
      ),
    );
    if (found.state === "unknown") refusal = found.failure;
    return meant.map((right) => {
      if (denied.has(right.action)) return toAsked(right, "no");
      if (found.state !== "seen") return toAsked(right, "unknown");
      return toAsked(right, found.value.includes(right.action) ? "no" : "yes");
    });
  });
  return { rights: answers.flat(), ...(refusal !== undefined && { unknownWhy: refusal.message }) };
}

function toAsked({ action, level }: AwsRight, answer: AskedRight["answer"]): AskedRight {
  return { name: action, level, answer };
}

/** A resource that a pattern stands for: a simulation is of one. */
function example(pattern: string): string {
  return pattern === "*" ? pattern : pattern.replaceAll("*", "irsa-doctor");
}

/** What is simulated is the role behind a session; IAM wants its path, which a session's ARN leaves out. */
async function principalOf({ arn }: Caller, iam: AwsPort["iam"]): Promise<string> {
  const [, head, account, name] = /^(arn:[^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (name === undefined) return arn;
  const role = await look(() => iam.getRole(name));
  const known = role.state === "seen" ? role.value?.arn : undefined;
  return known ?? `${head ?? ""}:iam::${account ?? ""}:role/${name}`;
}

/** What the API server says of the rights (SelfSubjectAccessReview), in a namespace or in all. */
export async function askCluster(
  rights: readonly ClusterRight[],
  namespace: string | undefined,
  kubernetes: KubernetesPort,
): Promise<AskedRights> {
  let unknownWhy: string | undefined;
  const onResources = rights.filter(({ resource }) => !resource.startsWith("/"));
  const asked = await eachOf(onResources, AT_ONCE, async (right): Promise<AskedRight> => {
    const { verb, group, resource: path, level } = right;
    const [resource = "", subresource] = path.split("/");
    const isClusterWide = ["namespaces", "mutatingwebhookconfigurations"].includes(resource);
    const name = clusterRightText(right);
    try {
      const answer = await kubernetes.may({
        verb,
        resource,
        ...(group !== "" && { group }),
        ...(subresource !== undefined && { subresource }),
        ...(namespace !== undefined && !isClusterWide && { namespace }),
      });
      return { name, level, answer: answer ? "yes" : "no" };
    } catch (error) {
      if (!isFailure(error)) throw error;
      unknownWhy = error.message;
      return { name, level, answer: "unknown" };
    }
  });
  return { rights: asked, ...(unknownWhy !== undefined && { unknownWhy }) };
}
