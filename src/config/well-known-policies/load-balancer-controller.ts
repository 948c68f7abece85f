import type { ConditionBlock } from "../../model/trust-policy/document.ts";
import { allow, of, wellKnown, type Given } from "./policy.ts";

const LB = "elasticloadbalancing";
const CLUSTER_TAG = "elbv2.k8s.aws/cluster";

/** Whether the request names the controller's tag, and whether the resource has it: `true` means that it must. */
function tagged(needs: { readonly request?: boolean; readonly resource?: boolean }): ConditionBlock {
  const key = (kind: string, must: boolean | undefined) =>
    must === undefined ? {} : { [`aws:${kind}Tag/${CLUSTER_TAG}`]: String(!must) };
  return { Null: { ...key("Request", needs.request), ...key("Resource", needs.resource) } };
}

const READS = [
  ...of(
    "ec2",
    "DescribeAccountAttributes",
    "DescribeAddresses",
    "DescribeAvailabilityZones",
    "DescribeCoipPools",
    "DescribeInstances",
    "DescribeInternetGateways",
    "DescribeIpamPools",
    "DescribeNetworkInterfaces",
    "DescribeRouteTables",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVpcPeeringConnections",
    "DescribeVpcs",
    "GetCoipPoolUsage",
    "GetSecurityGroupsForVpc",
  ),
  ...of(
    LB,
    "DescribeCapacityReservation",
    "DescribeListenerAttributes",
    "DescribeListenerCertificates",
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
    "DescribeLoadBalancers",
    "DescribeRules",
    "DescribeSSLPolicies",
    "DescribeTags",
    "DescribeTargetGroupAttributes",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
    "DescribeTrustStores",
  ),
];

/** Certificates, login at the balancer, firewalls and Shield. */
const NEIGHBORS = [
  "cognito-idp:DescribeUserPoolClient",
  ...of("acm", "DescribeCertificate", "ListCertificates"),
  ...of("iam", "GetServerCertificate", "ListServerCertificates"),
  ...["waf-regional", "wafv2"].flatMap((service) =>
    of(service, "AssociateWebACL", "DisassociateWebACL", "GetWebACL", "GetWebACLForResource"),
  ),
  ...of("shield", "CreateProtection", "DeleteProtection", "DescribeProtection", "GetSubscriptionState"),
];

const OWN_EDITS = of(
  LB,
  "DeleteLoadBalancer",
  "DeleteTargetGroup",
  "ModifyCapacityReservation",
  "ModifyIpPools",
  "ModifyListenerAttributes",
  "ModifyLoadBalancerAttributes",
  "ModifyTargetGroup",
  "ModifyTargetGroupAttributes",
  "SetIpAddressType",
  "SetSecurityGroups",
  "SetSubnets",
);

const LISTENER_EDITS = of(
  LB,
  "AddListenerCertificates",
  "ModifyListener",
  "ModifyRule",
  "RemoveListenerCertificates",
  "SetRulePriorities",
  "SetWebAcl",
);

/** AWS Load Balancer Controller: balancers, and what they stand behind, as far as they carry its tag. */
export const loadBalancerController = wellKnown({
  field: "awsLoadBalancerController",
  about: "AWS Load Balancer Controller",
  source: "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/",
  upstream: { project: "kubernetes-sigs/aws-load-balancer-controller", version: "3.5.0", date: "2026-08-17" },
  eksctl: true,
  eksctlName: "PolicyAWSLoadBalancerController",
  statements: (given) => [
    allow(["iam:CreateServiceLinkedRole"], ["*"], {
      StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" },
    }),
    allow(READS),
    allow(NEIGHBORS),
    ...securityGroups(given),
    ...balancers(given),
  ],
});

function securityGroups({ arn }: Given) {
  const groups = [arn("ec2", "security-group/*")];
  return [
    allow(of("ec2", "AuthorizeSecurityGroupIngress", "CreateSecurityGroup", "RevokeSecurityGroupIngress")),
    allow(["ec2:CreateTags"], groups, {
      StringEquals: { "ec2:CreateAction": "CreateSecurityGroup" },
      ...tagged({ request: true }),
    }),
    allow(of("ec2", "CreateTags", "DeleteTags"), groups, tagged({ request: false, resource: true })),
    allow(["ec2:DeleteSecurityGroup"], ["*"], tagged({ resource: true })),
  ];
}

function balancers({ arn }: Given) {
  const groups = arn(LB, "targetgroup/*/*");
  const tops = [groups, arn(LB, "loadbalancer/net/*/*"), arn(LB, "loadbalancer/app/*/*")];
  const inner = ["listener/net", "listener/app", "listener-rule/net", "listener-rule/app"];
  return [
    allow(of(LB, "CreateLoadBalancer", "CreateTargetGroup"), ["*"], tagged({ request: true })),
    allow(of(LB, "CreateListener", "CreateRule", "DeleteListener", "DeleteRule")),
    allow(of(LB, "AddTags", "RemoveTags"), tops, tagged({ request: false, resource: true })),
    allow(
      of(LB, "AddTags", "RemoveTags"),
      inner.map((kind) => arn(LB, `${kind}/*/*/*`)),
    ),
    allow(of(LB, "AddTags"), tops, {
      StringEquals: { [`${LB}:CreateAction`]: ["CreateTargetGroup", "CreateLoadBalancer"] },
      ...tagged({ request: true }),
    }),
    allow(OWN_EDITS, ["*"], tagged({ resource: true })),
    allow(of(LB, "DeregisterTargets", "RegisterTargets"), [groups]),
    allow(LISTENER_EDITS),
  ];
}
