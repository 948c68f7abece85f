import { allow, of, wellKnown } from "./policy.ts";

/** Cluster Autoscaler: sizes Auto Scaling groups; those of the named clusters alone, by the tags that it discovers by. */
export const autoScaler = wellKnown({
  field: "autoScaler",
  about: "Cluster Autoscaler",
  source:
    "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md",
  eksctl: true,
  inputs: {
    clusterNames: {
      kind: "list",
      about: "clusters whose groups it may scale (default: all groups)",
      pattern: /^[0-9A-Za-z][\w-]{0,99}$/,
    },
  },
  statements: ({ list }) => {
    const size = of("autoscaling", "SetDesiredCapacity", "TerminateInstanceInAutoScalingGroup");
    const tag = (name: string) => `aws:ResourceTag/k8s.io/cluster-autoscaler/${name}`;
    const own = list("clusterNames").map((name) =>
      allow(size, ["*"], { StringEquals: { [tag(name)]: "owned" } }),
    );
    return [
      allow([
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
      ]),
      ...(own.length > 0 ? own : [allow(size)]),
    ];
  },
});
