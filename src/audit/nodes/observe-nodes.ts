import type { EksPort } from "../../aws/port.ts";
import type { Attempt } from "../attempt.ts";
import type { ClusterNodes } from "./cluster-nodes.ts";

/** Reads what gives the cluster's nodes their roles. */
export async function observeNodes(name: string, eks: EksPort, attempt: Attempt): Promise<ClusterNodes> {
  const [groups, fargate] = await Promise.all([
    attempt(`node groups of ${name}`, () => eks.describeNodeGroups(name)),
    attempt(`Fargate profiles of ${name}`, () => eks.describeFargateProfiles(name)),
  ]);
  return { groups, fargate };
}
