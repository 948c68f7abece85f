import type { RoleArn } from "../../model/arn.ts";
import { listed } from "../../model/known.ts";
import { groupBy } from "../group-by.ts";
import type { AuditedCluster } from "../inventory.ts";

/** What gives nodes their role, as people call it. */
export interface NodeSource {
  readonly kind: "node group" | "Fargate profile";
  readonly name: string;
}

/** That nodes of a cluster have a role. */
export interface NodeRole {
  readonly cluster: AuditedCluster;
  readonly role: RoleArn;
  readonly source: NodeSource;
}

/** The roles of a cluster's nodes, as far as they are known. */
export function nodeRolesOf(cluster: AuditedCluster): NodeRole[] {
  const { groups, fargate } = cluster.nodes;
  const of = (
    kind: NodeSource["kind"],
    all: readonly { readonly name: string; readonly roleArn: RoleArn }[],
  ): NodeRole[] => all.map(({ name, roleArn }) => ({ cluster, role: roleArn, source: { kind, name } }));
  return [...of("node group", listed(groups)), ...of("Fargate profile", listed(fargate))];
}

/** The roles of the nodes of all clusters, each with what has it. */
export function nodeRolesByArn(
  clusters: readonly AuditedCluster[],
): ReadonlyMap<RoleArn, readonly NodeRole[]> {
  return groupBy(clusters.flatMap(nodeRolesOf), ({ role }) => role);
}

/** For example `node group workers of demo`. */
export function sourceText({ cluster, source }: Pick<NodeRole, "cluster" | "source">): string {
  return `${source.kind} ${source.name} of ${cluster.cluster.name}`;
}
