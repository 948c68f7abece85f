import type { ConditionBlock, Statement } from "../../model/trust-policy/document.ts";
import { allow, of, wellKnown, type Given } from "./policy.ts";

const READS = allow([
  ...of(
    "autoscaling",
    "DescribeAutoScalingGroups",
    "DescribeAutoScalingInstances",
    "DescribeLaunchConfigurations",
    "DescribeScalingActivities",
    "DescribeTags",
  ),
  ...of(
    "ec2",
    "DescribeImages",
    "DescribeInstanceTypes",
    "DescribeLaunchTemplateVersions",
    "GetInstanceTypesFromInstanceRequirements",
  ),
  "eks:DescribeNodegroup",
]);

/** Cluster Autoscaler: sizes Auto Scaling groups; those of the named clusters alone, by the tags that it discovers by. */
export const autoScaler = wellKnown({
  field: "autoScaler",
  about: "Cluster Autoscaler",
  source:
    "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md",
  upstream: { project: "kubernetes/autoscaler", version: "cluster-autoscaler 1.36.1", date: "2026-08-22" },
  eksctl: true,
  eksctlName: "PolicyAutoScaling",
  inputs: {
    clusterNames: {
      kind: "list",
      about: "clusters whose groups it may scale (default: all groups)",
      pattern: /^[0-9A-Za-z][\w-]{0,99}$/,
    },
  },
  statements: (given) => [READS, ...sizes(given, (tag) => ({ Null: { [tag]: "false" } }))],
  earlier: [
    {
      by: "irsa 0.1.0",
      // What discovers groups by a tag takes any value of it.
      statements: (given) => [READS, ...sizes(given, (tag) => ({ StringEquals: { [tag]: "owned" } }))],
    },
  ],
});

function sizes({ list }: Given, tagged: (tag: string) => ConditionBlock): Statement[] {
  const size = of("autoscaling", "SetDesiredCapacity", "TerminateInstanceInAutoScalingGroup");
  const own = list("clusterNames").map((name) =>
    allow(size, ["*"], tagged(`aws:ResourceTag/k8s.io/cluster-autoscaler/${name}`)),
  );
  return own.length > 0 ? own : [allow(size)];
}
