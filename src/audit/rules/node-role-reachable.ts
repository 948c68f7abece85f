import { roleRef, type RoleArn } from "../../model/arn.ts";
import { counted } from "../../model/counted.ts";
import type { InstanceMetadata } from "../../model/instance-metadata.ts";
import { listText } from "../../model/list-text.ts";
import { NODE_CLASS_KINDS } from "../../model/node-classes.ts";
import { groupBy } from "../group-by.ts";
import { isOfNode, podsByNode, podsOn, reachOf } from "../nodes/node-reach.ts";
import { sourceText, type NodeRole } from "../nodes/node-roles.ts";
import type { Found, Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

/** Pods that can get the credentials of their node. */
export const nodeRoleReachable: Rule = {
  code: "node-role-reachable",
  pods: "all",
  title: "pods can get the credentials of their node's role",
  severity: "medium",
  why: `Whoever gets code to run in such a pod has the permissions of the node: it can read the images of the registry, change network interfaces, and get the credentials that EKS Pod Identity gives to other pods of the node.`,
  finds: `Nodes whose instances offer their metadata to containers: a hop limit (\`HttpPutResponseHopLimit\`) above 1, or IMDSv2 not required (\`HttpTokens\`), since the hop limit does not apply to IMDSv1. For node groups without nodes, the launch template is read. An EC2NodeClass of Karpenter counts unless a node of it runs with the same role and options; nodes of EKS Auto Mode require IMDSv2 with a hop limit of 1. Otherwise, with severity low, nodes with \`hostNetwork\` pods other than aws-node, kube-proxy and eks-pod-identity-agent. Network policies and firewall rules of the node, which may block the address 169.254.169.254, can't be known. Nodes whose metadata options could not be read are not reported.`,
  remedies: `Require IMDSv2 with a hop limit of 1 in the launch template, the EC2NodeClass or with \`aws ec2 modify-instance-metadata-options\`. Pods that rely on it need a role of their own first.`,
  sources: [
    "https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    "https://docs.aws.amazon.com/eks/latest/userguide/automode-learn-instances.html",
  ],
  *find({ nodeRoles }) {
    for (const [role, uses] of nodeRoles)
      for (const alike of groupBy(uses, sourceText).values()) yield* findIn(role, alike);
  },
};

function* findIn(role: RoleArn, uses: readonly NodeRole[]): Iterable<Found> {
  const [first] = uses;
  if (first === undefined) return;
  const where = sourceText(first);
  const common = { subject: aboutRole(role), about: where };
  const open = uses.filter((use) => reachOf(use, false) === "possible");
  if (open.length > 0) {
    yield {
      ...common,
      message: `pods on ${nodesOf(first)} can get the credentials of ${roleRef(role).name}`,
      evidence: [
        ...open.flatMap(({ metadata }) => metadataFacts(metadata)),
        ["nodes", nodesText(first, open)],
        ["not known", "whether network policies or the node's firewall block 169.254.169.254"],
      ],
      remedy: {
        kind: "advice",
        text: "Require IMDSv2 with a hop limit of 1, after giving the workloads that rely on it a role of their own",
      },
    };
    return;
  }
  const byNode = podsByNode(first.cluster);
  const onHost = uses
    .flatMap((use) => podsOn(use, byNode))
    .filter(({ pod, reach }) => reach === "certain" && !isOfNode(pod));
  if (onHost.length === 0) return;
  const paths = onHost.map(({ pod }) => `${pod.namespace}/${pod.workload ?? `pod/${pod.name}`}`);
  yield {
    ...common,
    severity: "low",
    message: `hostNetwork pods on ${where} can get the credentials of ${roleRef(role).name}`,
    evidence: [["hostNetwork pods", listText([...new Set(paths)].toSorted())]],
    remedy: { kind: "advice", text: "Remove hostNetwork where the pod does not need it" },
    namespaces: [...new Set(onHost.map(({ pod }) => pod.namespace))].toSorted(),
  };
}

function metadataFacts(metadata: NodeRole["metadata"]): (readonly [string, string])[] {
  if (metadata === undefined || metadata === "none") return [];
  const { requiresToken, hopLimit }: InstanceMetadata = metadata;
  return [
    ["hop limit", `${hopLimit}`],
    ["IMDSv2", requiresToken ? "required" : "not required: the hop limit does not apply to IMDSv1"],
  ];
}

function nodesOf(use: NodeRole): string {
  return isNodeClass(use) ? `nodes of ${sourceText(use)}` : sourceText(use);
}

function isNodeClass({ source: { kind } }: NodeRole): boolean {
  return NODE_CLASS_KINDS.some((one) => one === kind);
}

function nodesText(first: NodeRole, uses: readonly NodeRole[]): string {
  const nodes = uses.flatMap((one) => one.nodes);
  if (isNodeClass(first)) return `the next ones; this is what the ${first.source.kind} says`;
  return nodes.length === 0
    ? "none now; this is what the launch template says"
    : `${counted(nodes.length, "node")}: ${listText(nodes.toSorted(), 3)}`;
}
