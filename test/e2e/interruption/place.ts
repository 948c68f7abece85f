import { requireClusterArn } from "../../worlds/sandbox-world.ts";
import { CLUSTER_NAME } from "../../worlds/world.ts";

/** The AWS account that all happens in. */
export const AWS_ACCOUNT = "111122223333";

/** The cluster's ARN. */
export const CLUSTER_ARN = requireClusterArn(`arn:aws:eks:eu-west-1:${AWS_ACCOUNT}:cluster/${CLUSTER_NAME}`);

/** What is others' in every world, by the keys of the sandbox's state. */
export const OTHERS = {
  roles: ["legacy-reports", "other-cluster-agent"],
  provider: `arn:aws:iam::${AWS_ACCOUNT}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`,
  serviceAccount: "team/theirs",
  workload: "team/theirs",
} as const;
