import { AwsError, maybeText, type Parameter } from "../exchange.ts";
import { isObject } from "../iam/policy-grammar.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { at, type ClusterState, type NodeGroupState } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { invalidParameter, required, roleByArn } from "./association-input.ts";
import { clusterOf, listResult, notFound } from "./clusters.ts";
import { partArn } from "./part-arn.ts";
import { checkedTags } from "./tags.ts";

/**
 * Managed node groups, which are active immediately and start no instances. Source: Amazon EKS API Reference, the
 * operations named.
 */
export const NODE_GROUP_OPERATIONS: Operations = {
  ListNodegroups(context) {
    return listResult("nodegroups", Object.keys(groupsOf(clusterOf(context))).toSorted(), context);
  },

  DescribeNodegroup(context) {
    return { nodegroup: describe(context, groupOf(context), "ACTIVE") };
  },

  CreateNodegroup(context) {
    const { awsAccount, parameters, now } = context;
    const cluster = clusterOf(context);
    const name = required(parameters, "nodegroupName");
    if (at(groupsOf(cluster), name) !== undefined)
      throw new AwsError(
        409,
        "ResourceInUseException",
        `NodeGroup already exists with name ${name} and cluster name ${cluster.name}`,
      );
    const nodeRole = required(parameters, "nodeRole");
    if (roleByArn(awsAccount, nodeRole) === undefined)
      throw invalidParameter(`The role with name ${nodeRole} cannot be found.`);
    const created = now.toISOString();
    const group: NodeGroupState = {
      name,
      arn: partArn(cluster, "nodegroup", name, created),
      nodeRole,
      subnets: textsOf(parameters["subnets"]),
      launchTemplate: templateIn(context),
      created,
      tags: checkedTags(parameters),
    };
    cluster.nodeGroups = { ...groupsOf(cluster), [name]: group };
    return { nodegroup: describe(context, group, "CREATING") };
  },

  DeleteNodegroup(context) {
    const cluster = clusterOf(context);
    const group = groupOf(context);
    const { [group.name]: _, ...others } = groupsOf(cluster);
    cluster.nodeGroups = others;
    return { nodegroup: describe(context, group, "DELETING") };
  },
};

function groupsOf({ nodeGroups = {} }: ClusterState): Readonly<Record<string, NodeGroupState>> {
  return nodeGroups;
}

function groupOf(context: OperationContext): NodeGroupState {
  const name = required(context.parameters, "nodegroupName");
  const group = at(groupsOf(clusterOf(context)), name);
  if (group === undefined) throw notFound(`No node group found for name: ${name}.`);
  return group;
}

/** By its id alone. @throws AwsError InvalidParameterException */
function templateIn({ awsAccount, parameters }: OperationContext): NodeGroupState["launchTemplate"] {
  const { launchTemplate } = parameters;
  if (!isObject(launchTemplate)) return undefined;
  const id = required(launchTemplate, "id");
  const found = at(awsAccount.launchTemplates ?? {}, id);
  if (found === undefined) throw invalidParameter(`The launch template ${id} does not exist.`);
  return { id, name: found.name, version: maybeText(launchTemplate, "version") ?? "1" };
}

function textsOf(value: Parameter | undefined): string[] {
  return [value ?? []].flat().filter((one) => typeof one === "string");
}

function describe(
  context: OperationContext,
  { name, arn, nodeRole, subnets, launchTemplate, created, tags }: NodeGroupState,
  status: string,
): Result {
  const { version, name: clusterName } = clusterOf(context);
  return {
    nodegroupName: name,
    nodegroupArn: arn,
    clusterName,
    version,
    createdAt: new Date(created),
    modifiedAt: new Date(created),
    status,
    capacityType: "ON_DEMAND",
    subnets,
    nodeRole,
    launchTemplate: launchTemplate && { ...launchTemplate },
    health: { issues: [] },
    tags,
  };
}
