import { isAwsManaged, policyName, type PolicyArn } from "./arn.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";
import { matchesAction } from "./trust-policy/match.ts";
import { isObject, toList, toStrings } from "./trust-policy/shape.ts";

/** A policy that nodes need, and what it allows. */
export interface BaselinePolicy {
  readonly name: string;
  /** What nodes need it for, in a few words. */
  readonly why: string;
  readonly actions: readonly string[];
}

/**
 * The AWS managed policies that a node's role has for the node itself. Source: EKS User Guide, "Amazon EKS node IAM role", "Pod
 * execution role" and "Auto Mode node IAM role"; AWS Managed Policy Reference, versions of 2026-09-30.
 */
export const NODE_BASELINE: readonly BaselinePolicy[] = [
  {
    name: "AmazonEKSWorkerNodePolicy",
    why: "joins the cluster",
    actions: [
      "ec2:DescribeInstances",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVolumes",
      "ec2:DescribeVolumesModifications",
      "ec2:DescribeVpcs",
      "eks:DescribeCluster",
      "eks-auth:AssumeRoleForPodIdentity",
    ],
  },
  {
    name: "AmazonEKSWorkerNodeMinimalPolicy",
    why: "the same in Auto Mode",
    actions: ["eks-auth:AssumeRoleForPodIdentity"],
  },
  {
    name: "AmazonEC2ContainerRegistryReadOnly",
    why: "pulls images",
    actions: [
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:GetRepositoryPolicy",
      "ecr:DescribeRepositories",
      "ecr:ListImages",
      "ecr:DescribeImages",
      "ecr:BatchGetImage",
      "ecr:GetLifecyclePolicy",
      "ecr:GetLifecyclePolicyPreview",
      "ecr:ListTagsForResource",
      "ecr:DescribeImageScanFindings",
    ],
  },
  {
    name: "AmazonEC2ContainerRegistryPullOnly",
    why: "pulls images",
    actions: [
      "ecr:GetAuthorizationToken",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchImportUpstreamImage",
    ],
  },
  {
    name: "AmazonEKSFargatePodExecutionRolePolicy",
    why: "pulls images on Fargate",
    actions: [
      "ecr:GetAuthorizationToken",
      "ecr:BatchCheckLayerAvailability",
      "ecr:GetDownloadUrlForLayer",
      "ecr:BatchGetImage",
    ],
  },
  {
    name: "AmazonEKS_CNI_Policy",
    why: "gives pods their addresses; AWS recommends a role of its own for the ServiceAccount aws-node",
    actions: [
      "ec2:AssignPrivateIpAddresses",
      "ec2:AttachNetworkInterface",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeInstances",
      "ec2:DescribeTags",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeSubnets",
      "ec2:DetachNetworkInterface",
      "ec2:ModifyNetworkInterfaceAttribute",
      "ec2:UnassignPrivateIpAddresses",
      "ec2:CreateTags",
    ],
  },
  {
    name: "AmazonSSMManagedInstanceCore",
    why: "lets administrators connect to the node",
    actions: [
      "ssm:DescribeAssociation",
      "ssm:GetDeployablePatchSnapshotForInstance",
      "ssm:GetDocument",
      "ssm:DescribeDocument",
      "ssm:GetManifest",
      "ssm:ListAssociations",
      "ssm:ListInstanceAssociations",
      "ssm:PutInventory",
      "ssm:PutComplianceItems",
      "ssm:PutConfigurePackageResult",
      "ssm:UpdateAssociationStatus",
      "ssm:UpdateInstanceAssociationStatus",
      "ssm:UpdateInstanceInformation",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
      "ec2messages:AcknowledgeMessage",
      "ec2messages:DeleteMessage",
      "ec2messages:FailMessage",
      "ec2messages:GetEndpoint",
      "ec2messages:GetMessages",
      "ec2messages:SendReply",
    ],
  },
];

const NAMES = new Set(NODE_BASELINE.map(({ name }) => name));
const ACTIONS = NODE_BASELINE.flatMap(({ actions }) => actions);

/** True for an AWS managed policy that nodes need. */
export function isNodeBaseline(arn: PolicyArn): boolean {
  return isAwsManaged(arn) && NAMES.has(policyName(arn));
}

/** True for an action, without wildcards, that nodes need. */
export function isBaselineAction(action: string): boolean {
  return matchesAction(ACTIONS, action);
}

/**
 * The actions that a policy allows beyond those that nodes need, as it has them: a wildcard is beyond unless a wildcard-free
 * list could replace it, which is not tried. Deny statements, conditions and resources are not weighed.
 */
export function actionsBeyondBaseline(document: PolicyDocument): readonly string[] {
  const found = toList(document.Statement).flatMap((statement): string[] => {
    if (!isObject(statement) || statement["Effect"] !== "Allow") return [];
    const { Action, NotAction } = statement;
    if (NotAction !== undefined) return [`everything but ${toStrings(NotAction).join(", ")}`];
    return toStrings(Action).filter((action) => !isBaselineAction(action));
  });
  return [...new Set(found)];
}
