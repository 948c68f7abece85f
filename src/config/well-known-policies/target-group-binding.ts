import { allow, of, wellKnown } from "./policy.ts";

/** AWS Load Balancer Controller where it only fills target groups that others made. */
export const targetGroupBinding = wellKnown({
  field: "awsLoadBalancerTargetGroupBinding",
  about: "AWS Load Balancer Controller with TargetGroupBinding only",
  source:
    "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/",
  upstream: { project: "kubernetes-sigs/aws-load-balancer-controller", version: "3.5.0", date: "2026-08-17" },
  inputs: {
    targetGroups: {
      kind: "list",
      about: "ARNs of target groups that it may register targets in (default: all)",
    },
  },
  statements: ({ arn, list }) => {
    const groups = list("targetGroups");
    return [
      allow([
        ...of(
          "ec2",
          "AuthorizeSecurityGroupIngress",
          "DescribeInstances",
          "DescribeSecurityGroups",
          "DescribeVpcs",
          "RevokeSecurityGroupIngress",
        ),
        ...of("elasticloadbalancing", "DescribeTargetGroups", "DescribeTargetHealth"),
      ]),
      allow(
        of(
          "elasticloadbalancing",
          "DeregisterTargets",
          "ModifyTargetGroup",
          "ModifyTargetGroupAttributes",
          "RegisterTargets",
        ),
        groups.length > 0 ? groups : [arn("elasticloadbalancing", "targetgroup/*/*")],
      ),
    ];
  },
});
