import type { ClusterRef } from "../arn.ts";
import type { PodIdentityAssociation } from "../pod-identity.ts";
import { contextOf, type TrustRequest } from "./request.ts";

/** The service that assumes roles for pods by Pod Identity. */
export const PODS_SERVICE = "pods.eks.amazonaws.com";

/**
 * The requests that a role's trust policy must allow for an association to work: EKS assumes the role, and tags the
 * session unless the association disables it. The pod is not known beforehand. for an association to work: EKS assumes
 * the role, and tags the session unless the association says otherwise. What pod it is for is not known beforehand.
 * Source: EKS User Guide, "EKS Pod Identity role" and "Grant Pods access to AWS resources based on tags".
 */
export function podIdentityRequests(
  cluster: ClusterRef,
  { serviceAccount, withoutSessionTags }: PodIdentityAssociation,
): readonly TrustRequest[] {
  const tags = {
    "aws:RequestTag/eks-cluster-arn": cluster.arn,
    "aws:RequestTag/eks-cluster-name": cluster.name,
    "aws:RequestTag/kubernetes-namespace": serviceAccount.namespace,
    "aws:RequestTag/kubernetes-service-account": serviceAccount.name,
  };
  const context = contextOf({
    "aws:SourceAccount": cluster.awsAccount,
    "aws:PrincipalServiceName": PODS_SERVICE,
    "aws:PrincipalIsAWSService": "true",
    ...(!withoutSessionTags && tags),
  });
  const principal = { type: "Service", id: PODS_SERVICE } as const;
  const ask = (action: string): TrustRequest => ({ principal, action, context, others: "unknown" });
  return [ask("sts:AssumeRole"), ...(withoutSessionTags ? [] : [ask("sts:TagSession")])];
}

/**
 * The request with which the association's role assumes its target role. Source: EKS User Guide, "Access AWS Resources
 * using EKS Pod Identity Target IAM Roles".
 */
export function targetRoleRequest(
  role: { readonly partition: string; readonly awsAccount: string; readonly name: string },
  { externalId }: PodIdentityAssociation,
): TrustRequest {
  const { partition, awsAccount, name } = role;
  return {
    principal: {
      type: "AWS",
      arn: `arn:${partition}:sts::${awsAccount}:assumed-role/${name}/eks`,
      awsAccount,
    },
    action: "sts:AssumeRole",
    context: contextOf({ "sts:ExternalId": externalId ?? [] }),
    others: "unknown",
  };
}
