import type { RoleArn } from "../../model/arn.ts";
import type { InstanceMetadata } from "../../model/instance-metadata.ts";
import { listed, valueOf } from "../../model/known.ts";
import type { Node } from "../../model/kubernetes-objects.ts";
import { classOfNode, instanceIdOf, sourceOfNode, type NodeSource } from "../../model/node-labels.ts";
import { groupBy } from "../group-by.ts";
import type { AuditedCluster } from "../inventory.ts";

/** A cluster, as far as the roles of its nodes are judged by it. */
export type ClusterWithNodes = Pick<AuditedCluster, "cluster" | "nodes" | "pods" | "associations">;

/** Nodes of a cluster that have a role and offer it in the same way. */
export interface NodeRole {
  readonly cluster: ClusterWithNodes;
  readonly role: RoleArn;
  readonly source: NodeSource;
  /** `undefined` if it is not known how the instances offer the role's credentials; `none` for Fargate, which does not. */
  readonly metadata: InstanceMetadata | "none" | undefined;
  /** The names of the nodes that run, sorted. */
  readonly nodes: readonly string[];
}

/** The roles of a cluster's nodes, as far as they are known. */
export function nodeRolesOf(cluster: ClusterWithNodes): NodeRole[] {
  const { groups, fargate, nodes, templates, classes } = cluster.nodes;
  const ofClasses = new Map(
    classes.flatMap(listed).flatMap(({ kind, name, role, metadata }) => {
      const arn = valueOf(role);
      if (arn === undefined) return [];
      const use: NodeRole = { cluster, role: arn, source: { kind, name }, metadata, nodes: [] };
      return [[sourceKey(use.source), use] as const];
    }),
  );
  const running = listed(nodes).flatMap((node) => {
    const ofClass = classOfNode(node);
    const use = roleOfNode(node, cluster, ofClass && ofClasses.get(sourceKey(ofClass)));
    return use === undefined ? [] : [{ use, ofClass }];
  });
  const onNodes = [
    ...groupBy(
      running.map(({ use }) => use),
      keyOf,
    ).values(),
  ].flatMap((alike): NodeRole[] => {
    const [first] = alike;
    return first === undefined ? [] : [{ ...first, nodes: alike.flatMap((one) => one.nodes).toSorted() }];
  });
  const isRunning = (name: string, role: RoleArn): boolean =>
    onNodes.some(
      ({ source, role: own }) => source.kind === "node group" && source.name === name && own === role,
    );
  // What the next node will be is told of a class unless a node of it is so already.
  const shownByNodes = new Set(
    running.flatMap(({ use, ofClass }) =>
      ofClass === undefined ? [] : [keyOf({ ...use, source: ofClass })],
    ),
  );
  return [
    ...onNodes,
    ...listed(groups)
      .filter(({ name, roleArn }) => !isRunning(name, roleArn))
      .map(({ name, roleArn }): NodeRole => {
        const template = templates.get(name);
        const metadata = template && valueOf(template);
        return { cluster, role: roleArn, source: { kind: "node group", name }, metadata, nodes: [] };
      }),
    ...[...ofClasses.values()].filter((use) => !shownByNodes.has(keyOf(use))),
    ...listed(fargate).map(({ name, roleArn }): NodeRole => ({
      cluster,
      role: roleArn,
      source: { kind: "Fargate profile", name },
      metadata: "none",
      nodes: [],
    })),
  ];
}

/** By its instance's profile; for want of that, by its node group or its class. */
function roleOfNode(
  node: Node,
  cluster: ClusterWithNodes,
  ofClass: NodeRole | undefined,
): NodeRole | undefined {
  const source = sourceOfNode(node);
  if (source === undefined) return undefined;
  const { groups, instances, profiles } = cluster.nodes;
  const instance = valueOf(instances)?.get(instanceIdOf(node) ?? "");
  const profile = profiles.get(instance?.profileArn ?? "");
  const ofGroup =
    source.kind === "node group" ? listed(groups).find(({ name }) => name === source.name) : undefined;
  const isUnread = instance === undefined || profile?.state === "unknown";
  const role = (profile && valueOf(profile)) ?? ofGroup?.roleArn ?? (isUnread ? ofClass?.role : undefined);
  return role && { cluster, role, source, metadata: instance?.metadata, nodes: [node.name] };
}

function sourceKey({ kind, name }: NodeSource): string {
  return `${kind}/${name}`;
}

function keyOf({ role, source, metadata }: NodeRole): string {
  const options =
    typeof metadata === "object"
      ? Object.entries(metadata).toSorted(([one], [other]) => (one < other ? -1 : 1))
      : metadata;
  return JSON.stringify([sourceKey(source), role, options]);
}

/** The roles of the nodes of all clusters, each with what has it. */
export function nodeRolesByArn(
  clusters: readonly ClusterWithNodes[],
): ReadonlyMap<RoleArn, readonly NodeRole[]> {
  return groupBy(clusters.flatMap(nodeRolesOf), ({ role }) => role);
}

/** For example `node group workers of demo`. */
export function sourceText({ cluster, source }: Pick<NodeRole, "cluster" | "source">): string {
  const { kind, name } = source;
  return `${name === "" ? kind : `${kind} ${name}`} of ${cluster.cluster.name}`;
}

/** What has a role, as evidence, each source once. */
export function usedBy(uses: readonly NodeRole[]): (readonly [label: string, value: string])[] {
  return [...new Set(uses.map(sourceText))].map((text) => ["used by", text]);
}
