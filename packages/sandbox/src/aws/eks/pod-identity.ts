import { randomBytes } from "node:crypto";
import { AwsError, maybeText, text, type Parameters } from "../exchange.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { at, type ClusterState, type PodIdentityState, type Tags } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { clusterOf, listResult, notFound } from "./clusters.ts";

/** Pod Identity associations. Source: Amazon EKS API Reference, the operations named. */
export const POD_IDENTITY_OPERATIONS: Operations = {
  CreatePodIdentityAssociation: create,

  /** Shows no roles: those only DescribePodIdentityAssociation tells. */
  ListPodIdentityAssociations(context) {
    const cluster = clusterOf(context);
    const namespace = maybeText(context.parameters, "namespace");
    const serviceAccount = maybeText(context.parameters, "serviceAccount");
    const found = Object.values(cluster.associations)
      .filter((one) => namespace === undefined || one.namespace === namespace)
      .filter((one) => serviceAccount === undefined || one.serviceAccount === serviceAccount);
    return listResult(
      "associations",
      found.map((one) => summary(cluster, one)),
      context,
    );
  },

  DescribePodIdentityAssociation(context) {
    const cluster = clusterOf(context);
    return { association: detail(cluster, associationOf(cluster, context.parameters)) };
  },

  UpdatePodIdentityAssociation(context) {
    const cluster = clusterOf(context);
    const association = associationOf(cluster, context.parameters);
    association.roleArn = maybeText(context.parameters, "roleArn") ?? association.roleArn;
    return { association: detail(cluster, association) };
  },

  DeletePodIdentityAssociation(context) {
    const cluster = clusterOf(context);
    const association = associationOf(cluster, context.parameters);
    delete cluster.associations[association.id];
    return { association: detail(cluster, association) };
  },
};

function create(context: OperationContext): Result {
  const { parameters, awsAccount, region, now } = context;
  const cluster = clusterOf(context);
  const [namespace, serviceAccount] = [text(parameters, "namespace"), text(parameters, "serviceAccount")];
  const taken = Object.values(cluster.associations).find(
    (one) => one.namespace === namespace && one.serviceAccount === serviceAccount,
  );
  if (taken !== undefined) {
    throw new AwsError(409, "ResourceInUseException", `Association already exists: ${taken.id}`);
  }
  const id = `a-${randomBytes(9).toString("hex").slice(0, 17)}`;
  const association: PodIdentityState = {
    id,
    arn: `arn:${awsAccount.partition}:eks:${region}:${awsAccount.awsAccount}:podidentityassociation/${cluster.name}/${id}`,
    namespace,
    serviceAccount,
    roleArn: text(parameters, "roleArn"),
    created: now.toISOString(),
    tags: (parameters["tags"] ?? {}) as Tags,
  };
  cluster.associations[id] = association;
  return { association: detail(cluster, association) };
}

function associationOf(cluster: ClusterState, parameters: Parameters): PodIdentityState {
  const id = text(parameters, "associationId");
  const association = at(cluster.associations, id);
  if (association === undefined) throw notFound(`No association found with id: ${id}`);
  return association;
}

function summary(cluster: ClusterState, { id, arn, namespace, serviceAccount }: PodIdentityState) {
  return { clusterName: cluster.name, namespace, serviceAccount, associationArn: arn, associationId: id };
}

function detail(cluster: ClusterState, association: PodIdentityState): Result {
  const { roleArn, created, tags } = association;
  const createdAt = new Date(created);
  return { ...summary(cluster, association), roleArn, tags, createdAt, modifiedAt: createdAt };
}
