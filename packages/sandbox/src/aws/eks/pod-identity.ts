import { randomBytes } from "node:crypto";
import { AwsError, maybeText, type Parameters } from "../exchange.ts";
import type { OperationContext, Operations } from "../operation.ts";
import { at, type ClusterState, type PodIdentityState } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { checkPodRole, checkServiceAccount, optionsAfter, required } from "./association-input.ts";
import { clusterOf, listResult, notFound } from "./clusters.ts";
import { checkedTags } from "./tags.ts";

/** Source: EKS User Guide, "View and manage Amazon EKS and Fargate service quotas". */
const MOST_PER_CLUSTER = 5000;

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
    return { association: detail(context, cluster, associationOf(cluster, context.parameters)) };
  },

  UpdatePodIdentityAssociation(context) {
    const { awsAccount, parameters, now } = context;
    const cluster = clusterOf(context);
    const association = associationOf(cluster, parameters);
    const roleArn = maybeText(parameters, "roleArn");
    if (roleArn !== undefined) checkPodRole(awsAccount, roleArn);
    const options = optionsAfter(association, parameters);
    Object.assign(association, options, { modified: now.toISOString() });
    association.roleArn = roleArn ?? association.roleArn;
    return { association: detail(context, cluster, association) };
  },

  DeletePodIdentityAssociation(context) {
    const cluster = clusterOf(context);
    const association = associationOf(cluster, context.parameters);
    delete cluster.associations[association.id];
    return { association: detail(context, cluster, association) };
  },
};

function create(context: OperationContext): Result {
  const { parameters } = context;
  const cluster = clusterOf(context);
  const wanted = {
    namespace: required(parameters, "namespace"),
    serviceAccount: required(parameters, "serviceAccount"),
    roleArn: required(parameters, "roleArn"),
  };
  const clientRequestToken = maybeText(parameters, "clientRequestToken");
  const known = Object.values(cluster.associations).find(
    (one) => clientRequestToken !== undefined && one.clientRequestToken === clientRequestToken,
  );
  if (known !== undefined && isSame(known, wanted)) return { association: detail(context, cluster, known) };
  const options = optionsAfter({}, parameters);
  const tags = checkedTags(parameters);
  const association = addAssociation(context, cluster, { ...wanted, ...options, clientRequestToken, tags });
  return { association: detail(context, cluster, association) };
}

/** What a new association is made of. */
export type NewAssociation = Omit<PodIdentityState, "id" | "arn" | "created" | "modified">;

/** Makes an association. @throws AwsError as CreatePodIdentityAssociation does */
export function addAssociation(
  { awsAccount, region, now }: OperationContext,
  cluster: ClusterState,
  wanted: NewAssociation,
): PodIdentityState {
  const { namespace, serviceAccount, roleArn } = wanted;
  checkServiceAccount(namespace, serviceAccount);
  checkPodRole(awsAccount, roleArn);
  const all = Object.values(cluster.associations);
  const taken = all.find((one) => one.namespace === namespace && one.serviceAccount === serviceAccount);
  if (taken !== undefined) {
    throw new AwsError(409, "ResourceInUseException", `Association already exists: ${taken.id}`);
  }
  if (all.length >= MOST_PER_CLUSTER) {
    const message = `Maximum number of pod identity associations (${MOST_PER_CLUSTER}) reached for cluster: ${cluster.name}`;
    throw new AwsError(400, "ResourceLimitExceededException", message);
  }
  const id = `a-${randomBytes(9).toString("hex").slice(0, 17)}`;
  const created = now.toISOString();
  const association: PodIdentityState = {
    ...wanted,
    id,
    arn: `arn:${awsAccount.partition}:eks:${region}:${awsAccount.awsAccount}:podidentityassociation/${cluster.name}/${id}`,
    created,
    modified: created,
  };
  cluster.associations[id] = association;
  return association;
}

/**
 * Of the target role's trust. Source: EKS User Guide, "Access AWS Resources using EKS Pod Identity Target IAM Roles":
 * `region/111122223333/cluster-name/namespace/service-account-name`.
 */
export function externalIdOf(
  awsAccount: string,
  { region, name }: ClusterState,
  association: PodIdentityState,
) {
  return [region, awsAccount, name, association.namespace, association.serviceAccount].join("/");
}

function isSame(
  known: PodIdentityState,
  wanted: Pick<NewAssociation, "namespace" | "serviceAccount" | "roleArn">,
) {
  const { namespace, serviceAccount, roleArn } = wanted;
  return (
    known.namespace === namespace && known.serviceAccount === serviceAccount && known.roleArn === roleArn
  );
}

function associationOf(cluster: ClusterState, parameters: Parameters): PodIdentityState {
  const id = required(parameters, "associationId");
  const association = at(cluster.associations, id);
  if (association === undefined) throw notFound(`No association found with id: ${id}`);
  return association;
}

function summary(
  cluster: ClusterState,
  { id, arn, namespace, serviceAccount, ownerArn }: PodIdentityState,
): Result {
  const names = { clusterName: cluster.name, namespace, serviceAccount };
  return { ...names, associationArn: arn, associationId: id, ownerArn };
}

function detail(
  { awsAccount }: OperationContext,
  cluster: ClusterState,
  association: PodIdentityState,
): Result {
  const { roleArn, targetRoleArn, policy, disableSessionTags = false, created, tags } = association;
  const { modified = created } = association;
  return {
    ...summary(cluster, association),
    roleArn,
    targetRoleArn,
    externalId:
      targetRoleArn === undefined ? undefined : externalIdOf(awsAccount.awsAccount, cluster, association),
    policy,
    disableSessionTags,
    tags,
    createdAt: new Date(created),
    modifiedAt: new Date(modified),
  };
}
