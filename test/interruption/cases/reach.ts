/** The flags that lead to the cluster of every world. */
export const REACH = "--cluster eks-work-cluster --region ap-northeast-2";

/** The ServiceAccount that the cases are about. */
export const SERVICE_ACCOUNT = "--namespace amazon-cloudwatch --name cloudwatch-agent";
