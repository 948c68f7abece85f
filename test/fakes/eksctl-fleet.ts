import type { PolicyArn, RoleArn } from "../../src/model/arn.ts";
import { ROLE_ANNOTATION } from "../../src/model/kubernetes-objects.ts";
import type { PolicyDocument, Statement } from "../../src/model/trust-policy/document.ts";
import { eksctlTags } from "./eksctl-account.ts";
import { aServiceAccount, CLOUDWATCH, ownRole, S3_READ } from "./values.ts";
import { aWorld, type World } from "./world.ts";

/** One ServiceAccount of the fleet: its entry in eksctl's file, and what eksctl makes of it. */
interface Member {
  readonly path: string;
  /** What CloudFormation puts at the end of the role's name. */
  readonly random: string;
  /** Lines of the entry below its metadata. */
  readonly entry: readonly string[];
  readonly attached: readonly PolicyArn[];
  /** Inline policies by eksctl's name for the resource. */
  readonly inline: Readonly<Record<string, readonly Statement[]>>;
  /** Who made the ServiceAccount, by its label. */
  readonly keeper: "eksctl" | "Helm";
  readonly tags?: Readonly<Record<string, string>>;
}

const allow = (actions: readonly string[], resource: string | readonly string[] = "*"): Statement => ({
  Effect: "Allow",
  Action: actions,
  Resource: resource,
});

const ZONES = "arn:aws:route53:::hostedzone/*";
const CHANGE_RECORDS = [allow(["route53:ChangeResourceRecordSets"], ZONES)];

/** Spread over statements as eksctl has it, which is not how irsa has it. */
const AUTO_SCALER = [
  allow([
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeLaunchConfigurations",
    "autoscaling:DescribeScalingActivities",
    "autoscaling:DescribeTags",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeLaunchTemplateVersions",
  ]),
  allow([
    "autoscaling:SetDesiredCapacity",
    "autoscaling:TerminateInstanceInAutoScalingGroup",
    "ec2:DescribeImages",
    "ec2:GetInstanceTypesFromInstanceRequirements",
    "eks:DescribeNodegroup",
  ]),
];

/** The document of `attachPolicy`, as it is in the file. */
const QUEUE = { Sid: "Send", ...allow(["sqs:SendMessage"], "arn:aws:sqs:*:111122223333:orders") };

/** Five ServiceAccounts, by the ways that eksctl gives permissions. */
export const FLEET: readonly Member[] = [
  {
    path: "shop/cart",
    random: "0N01JRH3YAOU2",
    entry: [
      `attachPolicyARNs: ["${CLOUDWATCH}"]`,
      `attachPolicy: { Version: "2012-10-17", Statement: [${JSON.stringify(QUEUE)}] }`,
      "wellKnownPolicies: { autoScaler: true }",
    ],
    attached: [CLOUDWATCH],
    inline: { Policy1: [QUEUE], PolicyAutoScaler: AUTO_SCALER },
    keeper: "eksctl",
  },
  {
    path: "kube-system/cluster-autoscaler",
    random: "Aa1BcD2EfGh3",
    entry: ["wellKnownPolicies: { autoScaler: true }"],
    attached: [],
    inline: { PolicyAutoScaler: AUTO_SCALER },
    keeper: "eksctl",
  },
  {
    path: "edge/dns",
    random: "QX7ZkPq09LmN",
    entry: ["wellKnownPolicies: { externalDNS: true, certManager: true }"],
    attached: [],
    inline: {
      PolicyCertManagerChangeSet: CHANGE_RECORDS,
      PolicyCertManagerGetChange: [allow(["route53:GetChange"], "arn:aws:route53:::change/*")],
      PolicyCertManagerHostedZones: [
        allow(["route53:ListResourceRecordSets", "route53:ListHostedZonesByName"]),
      ],
      PolicyExternalDNSChangeSet: CHANGE_RECORDS,
      PolicyExternalDNSHostedZones: [
        allow(["route53:ListHostedZones", "route53:ListResourceRecordSets", "route53:ListTagsForResource"]),
      ],
    },
    keeper: "eksctl",
  },
  {
    path: "shop/till",
    random: "1B2C3D4E5F6G7",
    entry: [`attachPolicyARNs: ["${S3_READ}"]`, "tags: { team: shop }"],
    attached: [S3_READ],
    inline: {},
    keeper: "eksctl",
    tags: { team: "shop" },
  },
  {
    path: "batch/nightly",
    random: "9Z8Y7X6W5V4U3",
    entry: [`attachPolicyARNs: ["${S3_READ}"]`, "roleOnly: true"],
    attached: [S3_READ],
    inline: {},
    keeper: "Helm",
  },
];

/** The file from which eksctl made the fleet. */
export const FLEET_FILE = [
  "apiVersion: eksctl.io/v1alpha5",
  "kind: ClusterConfig",
  "metadata: { name: eks-work-cluster, region: ap-northeast-2 }",
  "iam:",
  "  withOIDC: true",
  "  serviceAccounts:",
  ...FLEET.flatMap(({ path, entry }) => [
    `    - metadata: { namespace: ${path.split("/")[0]}, name: ${path.split("/")[1]} }`,
    ...entry.map((text) => `      ${text}`),
  ]),
  "",
].join("\n");

/** The ARN of a role of the fleet: CloudFormation cuts the stack's name, and keeps its case. */
export function fleetRole(path: string): RoleArn {
  const member = FLEET.find((one) => one.path === path);
  if (member === undefined) throw new Error(`no ${path} in the fleet`);
  return ownRole(`${stackOf(path).slice(0, 44)}-Role1-${member.random}`);
}

function stackOf(path: string): string {
  return `eksctl-eks-work-cluster-addon-iamserviceaccount-${path.replace("/", "-")}`;
}

/** A cluster with the fleet as eksctl leaves it, its stacks gone; IAM finds roles by their own spelling alone. */
export function anEksctlFleet(): World {
  const world = aWorld().withProvider().withExactNames();
  for (const member of FLEET) withMember(world, member);
  return world;
}

function withMember(world: World, { path, attached, inline, keeper, tags }: Member): void {
  const serviceAccount = aServiceAccount(path);
  const documents = Object.entries(inline).map(([name, Statement]): [string, PolicyDocument] => [
    `${stackOf(path)}-${name}`,
    { Version: "2012-10-17", Statement },
  ]);
  const arn = fleetRole(path);
  world.withRole(
    arn,
    { trust: world.trustOf({ serviceAccount }), tags: { ...eksctlTags(world, path), ...tags } },
    { attached, inline: Object.fromEntries(documents) },
  );
  const helm = {
    "meta.helm.sh/release-name": serviceAccount.name,
    "meta.helm.sh/release-namespace": serviceAccount.namespace,
  };
  world.withNamespace(serviceAccount.namespace).withServiceAccount(path, {
    labels: { "app.kubernetes.io/managed-by": keeper },
    annotations: { [ROLE_ANNOTATION]: arn, ...(keeper === "Helm" && helm) },
  });
}
