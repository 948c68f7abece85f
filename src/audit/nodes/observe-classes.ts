import type { IamPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import { parseRoleArn, type RoleArn } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
import { known, listed, mapKnown, unknown, type Known } from "../../model/known.ts";
import { LIMITS } from "../../model/limits.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import { NODE_CLASS_KINDS, type NodeClass } from "../../model/node-classes.ts";
import { parseRoleName } from "../../model/role-name.ts";
import type { Attempt } from "../attempt.ts";
import type { ClassOfNodes, ClusterNodes } from "./cluster-nodes.ts";
import { mayBeOfNodes } from "./node-access.ts";

/** Where node classes are read from. */
export interface NodeClassSources {
  /** Of the cluster. */
  readonly name: string;
  readonly iam: IamPort;
  readonly kubernetes: Known<KubernetesPort>;
}

/** How many reads run concurrently, if each takes a call. */
const AT_ONCE = 8;

/** Reads the node classes of a cluster, and which roles they give to nodes. */
export async function observeClasses(
  { name, iam, kubernetes }: NodeClassSources,
  attempt: Attempt,
): Promise<ClusterNodes["classes"]> {
  const all = await Promise.all(
    NODE_CLASS_KINDS.map(async (kind): Promise<Known<readonly NodeClass[]>> => {
      if (kubernetes.state === "unknown") return kubernetes;
      return attempt(`${kind} objects of ${name}`, () => kubernetes.value.listNodeClasses(kind));
    }),
  );
  const roleOf = await observeRoles(all.flatMap(listed), { name, iam }, attempt);
  return all.map((one) => mapKnown(one, (classes) => classes.map((found) => withRole(found, roleOf))));
}

type RoleOf = (nodeClass: NodeClass) => Known<RoleArn | undefined>;

function withRole({ kind, name, metadata, ...names }: NodeClass, roleOf: RoleOf): ClassOfNodes {
  return { kind, name, metadata, role: roleOf({ kind, name, metadata, ...names }) };
}

/**
 * Looks up what classes name, each once, and no more than the limit: whoever may write such objects may name anything. What can't
 * be a name in IAM is not asked for.
 */
async function observeRoles(
  classes: readonly NodeClass[],
  { name, iam }: Pick<NodeClassSources, "name" | "iam">,
  attempt: Attempt,
): Promise<RoleOf> {
  const named = new Map(classes.flatMap((one) => lookupOf(one) ?? []).map((one) => [one.what, one]));
  const all = [...named.values()];
  const reads = await mapConcurrent(all.slice(0, LIMITS.nodeClassRoles), AT_ONCE, async (one) => {
    return [one.what, await attempt(one.what, () => one.read(iam))] as const;
  });
  const found = new Map(reads);
  const beyond = all.length > found.size ? await overLimit(name, attempt) : undefined;
  return (one) => {
    const lookup = lookupOf(one);
    return (lookup && (found.get(lookup.what) ?? beyond)) ?? known(undefined);
  };
}

async function overLimit(name: string, attempt: Attempt): Promise<Known<never>> {
  const failure = new Failure(
    "failed",
    "unexpected-answer",
    `the node classes have more than ${LIMITS.nodeClassRoles} different roles and instance profiles`,
  );
  await attempt(`roles of further node classes of ${name}`, () => Promise.reject(failure));
  return unknown(failure);
}

interface Lookup {
  /** For example `role nodes`. */
  readonly what: string;
  readonly read: (iam: IamPort) => Promise<RoleArn | undefined>;
}

/** What a class names: its instance profile, else its role. None for what IAM can't have. */
function lookupOf({ role = "", instanceProfile }: NodeClass): Lookup | undefined {
  if (instanceProfile === undefined) return roleLookup(role);
  if (!isInstanceProfileName(instanceProfile)) return undefined;
  return {
    what: `instance profile ${instanceProfile}`,
    read: (iam) => iam.getInstanceProfileRole(instanceProfile),
  };
}

/** By name, with or without its path, or by ARN. */
function roleLookup(text: string): Lookup | undefined {
  const name = parseRoleName(text.slice(text.lastIndexOf("/") + 1));
  const arn = parseRoleArn(text);
  if (!name.ok || (text.startsWith("arn:") && !arn.ok)) return undefined;
  return {
    what: `role ${arn.ok ? arn.value : name.value}`,
    read: async (iam) => {
      const found = await iam.getRole(name.value);
      const isMeant = found !== undefined && (!arn.ok || found.arn === arn.value);
      // An instance gets nothing of a role that does not trust EC2.
      return isMeant && mayBeOfNodes(found.trust) ? found.arn : undefined;
    },
  };
}

/** Source: IAM API Reference, CreateInstanceProfile (`InstanceProfileName`). */
function isInstanceProfileName(text: string): boolean {
  return /^[\w+=,.@-]{1,128}$/.test(text);
}
