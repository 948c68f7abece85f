import { allow, type AwsPolicy } from "./aws-policy.ts";
import { EBS_CSI_DRIVER, EFS_CSI_DRIVER } from "./csi-policies.ts";

const ECR_READ = `ecr:GetAuthorizationToken ecr:BatchCheckLayerAvailability ecr:GetDownloadUrlForLayer
  ecr:GetRepositoryPolicy ecr:DescribeRepositories ecr:ListImages ecr:DescribeImages ecr:BatchGetImage
  ecr:GetLifecyclePolicy ecr:GetLifecyclePolicyPreview ecr:ListTagsForResource ecr:DescribeImageScanFindings`;

const XRAY_WRITE = `xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets
  xray:GetSamplingStatisticSummaries`;

const LOGS_WRITE = "logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents";

/**
 * Some of AWS's managed policies, by path and name: those that workloads on EKS use, and those that make an administrator.
 * Source: AWS Managed Policy Reference; the default versions of November 2026.
 */
export const AWS_POLICIES: Readonly<Record<string, AwsPolicy>> = {
  AdministratorAccess: { versionId: "v1", statements: [allow("*")] },
  PowerUserAccess: {
    versionId: "v12",
    statements: [
      { Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" },
      allow(`account:GetAccountInformation account:GetGovCloudAccountInformation account:GetPrimaryEmail
        account:ListRegions iam:CreateServiceLinkedRole iam:DeleteServiceLinkedRole iam:ListRoles
        organizations:DescribeEffectivePolicy organizations:DescribeOrganization`),
    ],
  },
  IAMFullAccess: {
    versionId: "v2",
    statements: [
      allow(`iam:* organizations:DescribeAccount organizations:DescribeOrganization
        organizations:DescribeOrganizationalUnit organizations:DescribePolicy organizations:ListChildren
        organizations:ListParents organizations:ListPoliciesForTarget organizations:ListRoots
        organizations:ListPolicies organizations:ListTargetsForPolicy`),
    ],
  },
  IAMReadOnlyAccess: {
    versionId: "v4",
    statements: [
      allow(`iam:GenerateCredentialReport iam:GenerateServiceLastAccessedDetails iam:Get* iam:List*
        iam:SimulateCustomPolicy iam:SimulatePrincipalPolicy`),
    ],
  },
  AmazonS3FullAccess: { versionId: "v2", statements: [allow("s3:* s3-object-lambda:*")] },
  AmazonS3ReadOnlyAccess: {
    versionId: "v3",
    statements: [allow("s3:Get* s3:List* s3:Describe* s3-object-lambda:Get* s3-object-lambda:List*")],
  },
  AmazonSQSFullAccess: { versionId: "v1", statements: [allow("sqs:*")] },
  AmazonSQSReadOnlyAccess: {
    versionId: "v4",
    statements: [
      allow(`sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ListDeadLetterSourceQueues sqs:ListQueues
        sqs:ListMessageMoveTasks sqs:ListQueueTags`),
    ],
  },
  AmazonKinesisFullAccess: { versionId: "v1", statements: [allow("kinesis:*")] },
  AmazonKinesisReadOnlyAccess: {
    versionId: "v1",
    statements: [allow("kinesis:Get* kinesis:List* kinesis:Describe*")],
  },
  AmazonRoute53ReadOnlyAccess: {
    versionId: "v2",
    statements: [allow("route53:Get* route53:List* route53:TestDNSAnswer")],
  },
  CloudWatchAgentServerPolicy: {
    versionId: "v3",
    statements: [
      allow(`cloudwatch:PutMetricData ec2:DescribeVolumes ec2:DescribeTags logs:PutLogEvents
        logs:PutRetentionPolicy logs:DescribeLogStreams logs:DescribeLogGroups logs:CreateLogStream
        logs:CreateLogGroup ${XRAY_WRITE}`),
      allow("ssm:GetParameter", "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*"),
    ],
  },
  AWSXRayDaemonWriteAccess: { versionId: "v2", statements: [allow(XRAY_WRITE)] },
  AWSXrayWriteOnlyAccess: { versionId: "v2", statements: [allow(XRAY_WRITE)] },
  AmazonPrometheusRemoteWriteAccess: { versionId: "v1", statements: [allow("aps:RemoteWrite")] },
  AmazonPrometheusQueryAccess: {
    versionId: "v1",
    statements: [allow("aps:GetLabels aps:GetMetricMetadata aps:GetSeries aps:QueryMetrics")],
  },
  AmazonEC2ContainerRegistryReadOnly: { versionId: "v3", statements: [allow(ECR_READ)] },
  AmazonEC2ContainerRegistryPowerUser: {
    versionId: "v3",
    statements: [
      allow(`${ECR_READ} ecr:InitiateLayerUpload ecr:UploadLayerPart ecr:CompleteLayerUpload ecr:PutImage`),
    ],
  },
  AmazonEC2ReadOnlyAccess: {
    versionId: "v5",
    statements: [
      allow("ec2:Describe* ec2:GetSecurityGroupsForVpc"),
      allow("elasticloadbalancing:Describe*"),
      allow("cloudwatch:ListMetrics cloudwatch:GetMetricStatistics cloudwatch:Describe*"),
      allow("autoscaling:Describe*"),
    ],
  },
  AmazonEKS_CNI_Policy: {
    versionId: "v6",
    statements: [
      allow(`ec2:AssignPrivateIpAddresses ec2:AttachNetworkInterface ec2:CreateNetworkInterface
        ec2:DeleteNetworkInterface ec2:DescribeInstances ec2:DescribeTags ec2:DescribeNetworkInterfaces
        ec2:DescribeInstanceTypes ec2:DescribeSubnets ec2:DescribeSecurityGroups ec2:DetachNetworkInterface
        ec2:ModifyNetworkInterfaceAttribute ec2:UnassignPrivateIpAddresses`),
      allow("ec2:CreateTags", "arn:aws:ec2:*:*:network-interface/*"),
    ],
  },
  AmazonEKSWorkerNodePolicy: {
    versionId: "v3",
    statements: [
      allow(`ec2:DescribeInstances ec2:DescribeInstanceTypes ec2:DescribeRouteTables ec2:DescribeSecurityGroups
        ec2:DescribeSubnets ec2:DescribeVolumes ec2:DescribeVolumesModifications ec2:DescribeVpcs
        eks:DescribeCluster eks-auth:AssumeRoleForPodIdentity`),
    ],
  },
  AmazonSSMReadOnlyAccess: { versionId: "v1", statements: [allow("ssm:Describe* ssm:Get* ssm:List*")] },
  "service-role/AmazonEBSCSIDriverPolicy": EBS_CSI_DRIVER,
  "service-role/AmazonEFSCSIDriverPolicy": EFS_CSI_DRIVER,
  "service-role/AWSLambdaBasicExecutionRole": { versionId: "v1", statements: [allow(LOGS_WRITE)] },
};

/** When AWS made these policies; one day stands for all. */
export const AWS_POLICIES_CREATED = new Date("2015-02-06T18:40:00Z");
