import { allow, of, wellKnown } from "./policy.ts";

/** AWS Node Termination Handler: takes events from queues, and ends life-cycle hooks. */
export const nodeTerminationHandler = wellKnown({
  field: "nodeTerminationHandler",
  about: "AWS Node Termination Handler",
  source: "https://github.com/aws/aws-node-termination-handler#5-create-an-iam-role-for-the-pods",
  upstream: { project: "aws/aws-node-termination-handler", version: "1.25.6", date: "2026-07-21" },
  inputs: { queues: { kind: "list", about: "ARNs of its SQS queues (default: all)" } },
  statements: ({ list }) => [
    allow([
      ...of("autoscaling", "CompleteLifecycleAction", "DescribeAutoScalingInstances", "DescribeTags"),
      "ec2:DescribeInstances",
    ]),
    allow(of("sqs", "DeleteMessage", "ReceiveMessage"), list("queues").length > 0 ? list("queues") : ["*"]),
  ],
});
