import { describe, expect, it } from "vitest";
import { WELL_KNOWN_POLICIES } from "../../src/config/well-known-policies/catalog.ts";
import { permissionsOf } from "../../src/config/well-known-policies/permissions.ts";
import { administratorLike } from "../../src/model/trust-policy/administrator.ts";
import { checkPolicyDocument } from "../../src/model/trust-policy/check.ts";
import { listOf, type PolicyDocument, type Statement } from "../../src/model/trust-policy/document.ts";
import { policySize } from "../../src/model/trust-policy/grant.ts";
import { aCluster } from "../fakes/values.ts";

const CLUSTER = aCluster();
const CHINA = aCluster({ arn: "arn:aws-cn:eks:cn-north-1:111122223333:cluster/china" });

function grantOf(
  field: string,
  lists: Record<string, string[]> = {},
  switches: string[] = [],
  cluster = CLUSTER,
) {
  const policy = WELL_KNOWN_POLICIES.find((one) => one.field === field);
  if (policy === undefined) throw new Error(`no policy ${field}`);
  return permissionsOf([{ policy, lists, switches }], cluster);
}

function documentOf(statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** `service:{Action, …} on resources [if …]`, a line a statement, actions and resources sorted. */
function lines(statements: readonly Statement[]): string[] {
  return statements.map(({ Action, Resource, Condition }) => {
    const actions = listOf(Action).toSorted().join(" ");
    const condition = Condition === undefined ? "" : ` if ${JSON.stringify(Condition)}`;
    return `${actions} on ${listOf(Resource).toSorted().join(" ")}${condition}`;
  });
}

/** Everything that a policy takes, so that all its statements are there. */
const FULL: Record<string, string[]> = {
  clusterNames: ["one"],
  hostedZones: ["Z1"],
  kmsKeys: ["arn:aws:kms:eu-west-1:111122223333:key/1"],
  buckets: ["backups"],
  paths: ["backups/a/*"],
  secrets: ["arn:aws:secretsmanager:eu-west-1:111122223333:secret:a"],
  parameters: ["arn:aws:ssm:eu-west-1:111122223333:parameter/a"],
  workspaces: ["arn:aws:aps:eu-west-1:111122223333:workspace/a"],
  queues: ["arn:aws:sqs:eu-west-1:111122223333:a"],
  targetGroups: ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/1"],
};

describe.each(WELL_KNOWN_POLICIES)("$field", ({ field, source }) => {
  const wide = grantOf(field, { buckets: ["backups"] });
  const full = grantOf(field, FULL, ["ipv4", "ipv6", "cloudWatchLogs"]);

  it("names its documentation", () => expect(source).toMatch(/^https:\/\//));

  it("grants something, in the partition of the cluster", () => {
    expect(wide.managed.length + wide.statements.length).toBeGreaterThan(0);
    const china = grantOf(field, { buckets: ["backups"] }, [], CHINA);
    expect(JSON.stringify(china)).not.toContain("arn:aws:");
  });

  it("is a policy that IAM takes, and nobody's administrator", () => {
    for (const { statements } of [wide, full].filter((one) => one.statements.length > 0)) {
      const document = documentOf(statements);
      expect(checkPolicyDocument(document, "identity")).toEqual([]);
      expect(policySize(document)).toBeLessThanOrEqual(10_240);
      expect(administratorLike(document)).toBeUndefined();
    }
  });
});

describe("eksctl's policies grant what its own do", () => {
  const zones = "arn:aws:route53:::hostedzone/*";
  it.each([
    [
      "externalDNS",
      [
        `route53:ChangeResourceRecordSets on ${zones}`,
        "route53:ListHostedZones route53:ListResourceRecordSets route53:ListTagsForResource route53:ListTagsForResources on *",
      ],
    ],
    [
      "certManager",
      [
        `route53:ChangeResourceRecordSets on ${zones} if {"ForAllValues:StringEquals":{"route53:ChangeResourceRecordSetsRecordTypes":["TXT"]}}`,
        "route53:GetChange on arn:aws:route53:::change/*",
        "route53:ListHostedZonesByName route53:ListResourceRecordSets on *",
      ],
    ],
    [
      "autoScaler",
      [
        "autoscaling:DescribeAutoScalingGroups autoscaling:DescribeAutoScalingInstances autoscaling:DescribeLaunchConfigurations autoscaling:DescribeScalingActivities autoscaling:DescribeTags ec2:DescribeImages ec2:DescribeInstanceTypes ec2:DescribeLaunchTemplateVersions ec2:GetInstanceTypesFromInstanceRequirements eks:DescribeNodegroup on *",
        "autoscaling:SetDesiredCapacity autoscaling:TerminateInstanceInAutoScalingGroup on *",
      ],
    ],
  ])("%s", (field, expected) => expect(lines(grantOf(field).statements)).toEqual(expected));

  it.each([
    ["imageBuilder", ["arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"]],
    ["ebsCSIController", ["arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"]],
  ])("%s", (field, managed) => expect(grantOf(field)).toEqual({ managed, statements: [], roleTags: {} }));

  it("efsCSIController acts on access points with the driver's tag", () => {
    const [, create, tag, remove] = lines(grantOf("efsCSIController").statements);
    expect([create, tag, remove]).toEqual([
      'elasticfilesystem:CreateAccessPoint s3files:CreateAccessPoint on * if {"StringLike":{"aws:RequestTag/efs.csi.aws.com/cluster":"true"}}',
      'elasticfilesystem:TagResource s3files:TagResource on * if {"StringLike":{"aws:ResourceTag/efs.csi.aws.com/cluster":"true"}}',
      'elasticfilesystem:DeleteAccessPoint s3files:DeleteAccessPoint on * if {"StringEquals":{"aws:ResourceTag/efs.csi.aws.com/cluster":"true"}}',
    ]);
  });

  it("awsLoadBalancerController changes and removes only what carries its tag", () => {
    const removing = grantOf("awsLoadBalancerController").statements.filter(({ Action }) =>
      listOf(Action).some((action) => /:Delete(LoadBalancer|TargetGroup|SecurityGroup)$/.test(action)),
    );
    expect(removing).toHaveLength(2);
    for (const { Condition } of removing)
      expect(Condition).toEqual({ Null: { "aws:ResourceTag/elbv2.k8s.aws/cluster": "false" } });
  });
});

describe("inputs narrow a policy", () => {
  it.each([
    [
      "externalDNS",
      { hostedZones: ["Z1", "Z2"] },
      "route53:ChangeResourceRecordSets on arn:aws:route53:::hostedzone/Z1 arn:aws:route53:::hostedzone/Z2",
    ],
    [
      "autoScaler",
      { clusterNames: ["c"] },
      'autoscaling:SetDesiredCapacity autoscaling:TerminateInstanceInAutoScalingGroup on * if {"Null":{"aws:ResourceTag/k8s.io/cluster-autoscaler/c":"false"}}',
    ],
    ["velero", { buckets: ["b"] }, "s3:ListBucket on arn:aws:s3:::b"],
    [
      "mountpointS3CSIController",
      { buckets: ["b"], paths: ["b/in/*"] },
      "s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject on arn:aws:s3:::b/in/*",
    ],
    [
      "mountpointS3CSIController",
      { buckets: ["b"] },
      "s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject on arn:aws:s3:::b/*",
    ],
    [
      "externalSecrets",
      { parameters: ["arn:aws:ssm:eu-west-1:1:parameter/a"] },
      "ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath on arn:aws:ssm:eu-west-1:1:parameter/a",
    ],
  ])("%s %j", (field, lists, expected) => {
    expect(lines(grantOf(field, lists).statements)).toContain(expected);
  });

  it("externalSecrets without secrets reads no secret where parameters are named", () => {
    const [statement] = lines(
      grantOf("externalSecrets", { parameters: ["arn:aws:ssm:eu-west-1:1:parameter/a"] }).statements.filter(
        ({ Action }) => listOf(Action).includes("secretsmanager:GetSecretValue"),
      ),
    );
    expect(statement).toBeUndefined();
  });

  it.each([
    [[], ["AmazonEKS_CNI_Policy"], 0],
    [["ipv6"], [], 3],
    [["ipv4", "ipv6"], ["AmazonEKS_CNI_Policy"], 3],
    [["cloudWatchLogs"], ["AmazonEKS_CNI_Policy"], 1],
  ])("vpcCNI %j", (switches, managed, statements) => {
    const grant = grantOf("vpcCNI", {}, switches);
    expect(grant.managed.map((arn) => arn.split("/").at(-1))).toEqual(managed);
    expect(grant.statements).toHaveLength(statements);
  });

  it.each([
    [[], "service-role/AmazonEBSCSIDriverPolicy", {}],
    [["taggedOnly"], "AmazonEBSCSIDriverPolicyV2", {}],
    [["clusterScoped"], "AmazonEBSCSIDriverEKSClusterScopedPolicy", { "eks-cluster-name": CLUSTER.name }],
  ])("ebsCSIController %j", (switches, managed, roleTags) => {
    const grant = grantOf("ebsCSIController", {}, switches);
    expect(grant).toEqual({ managed: [`arn:aws:iam::aws:policy/${managed}`], statements: [], roleTags });
  });

  it.each([
    ["externalDNS", "ListTagsForResources"],
    ["awsGatewayController", "acm:ListCertificates"],
  ])("%s has %s", (field, action) => {
    expect(lines(grantOf(field).statements).join("\n")).toContain(action);
  });

  it.each(["velero", "externalSecrets", "ebsCSIController", "mountpointS3CSIController"])(
    "%s gets keys of KMS only where they are named, and only those",
    (field) => {
      const key = "arn:aws:kms:eu-west-1:111122223333:key/1";
      const onKeys = (lists: Record<string, string[]>) =>
        grantOf(field, { buckets: ["b"], ...lists }).statements.filter(({ Action }) =>
          listOf(Action).some((action) => action.startsWith("kms:")),
        );
      expect(onKeys({})).toEqual([]);
      const named = onKeys({ kmsKeys: [key] });
      expect(named.length).toBeGreaterThan(0);
      for (const { Resource } of named) expect(listOf(Resource)).toEqual([key]);
    },
  );
});
