import { roleRef, type RoleArn } from "../../model/arn.ts";
import { listText } from "../../model/list-text.ts";
import { groupBy } from "../group-by.ts";
import { policiesBeyondBaseline } from "../nodes/beyond-baseline.ts";
import { hasIdentity, isOfNode, podsByNode, podsOn, type PodOnNode } from "../nodes/node-reach.ts";
import type { NodeRole } from "../nodes/node-roles.ts";
import type { Found, Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";
import { workloadNames } from "../annotated.ts";

/** Pods whose SDK may get the permissions of applications from the node. */
export const podsOnNodeRole: Rule = {
  code: "pods-on-node-role",
  pods: "all",
  title: "pods without an identity of their own run on nodes whose role has permissions of applications",
  severity: "medium",
  why: `An AWS SDK that finds no other credentials uses those of the node. Such pods may rely on the node's role without anybody knowing, and break when it is reduced; or they have permissions that nobody meant them to have.`,
  finds: `Pods that have neither a role by IRSA or EKS Pod Identity nor static access keys, on nodes whose role allows more than nodes need (see node-role-beyond-baseline), unless the instance metadata options keep them from it, or could not be read. Pods of aws-node, kube-proxy and eks-pod-identity-agent are left out. Whether a pod calls AWS at all can't be told from its manifest.`,
  remedies: `Give the workloads that call AWS a role of their own; AWS CloudTrail shows what the node's role is used for.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html"],
  *find(audit) {
    for (const [role, uses] of audit.nodeRoles) {
      const beyond = policiesBeyondBaseline(role, audit);
      if (beyond.length === 0) continue;
      for (const ofCluster of groupBy(uses, ({ cluster }) => cluster).values())
        yield* findIn(role, ofCluster, beyond);
    }
  },
};

function* findIn(role: RoleArn, uses: readonly NodeRole[], beyond: Found["evidence"]): Iterable<Found> {
  const cluster = uses[0]?.cluster;
  if (cluster === undefined) return;
  const byNode = podsByNode(cluster);
  const found = uses
    .flatMap((use) => podsOn(use, byNode))
    .filter(
      ({ pod, reach }) =>
        (reach === "certain" || reach === "possible") && !hasIdentity(pod) && !isOfNode(pod),
    );
  if (found.length === 0) return;
  const namespaces = [...new Set(found.map(({ pod }) => pod.namespace))].toSorted();
  yield {
    subject: aboutRole(role),
    about: cluster.cluster.arn,
    message: `pods without an identity of their own in ${cluster.cluster.name} may use ${roleRef(role).name}, the role of their nodes`,
    evidence: [
      ["pods", `${found.length}`],
      ...namespaces.map(
        (namespace) => [`in ${namespace}`, listText(workloadNames(podsIn(namespace, found)))] as const,
      ),
      ...beyond,
      ["not known", unknownText(found)],
    ],
    remedy: { kind: "advice", text: "Give the workloads that call AWS a role of their own" },
    namespaces,
  };
}

function podsIn(namespace: string, found: readonly PodOnNode[]): PodOnNode["pod"][] {
  return found.map(({ pod }) => pod).filter((pod) => pod.namespace === namespace);
}

function unknownText(found: readonly PodOnNode[]): string {
  const isPossible = found.some(({ reach }) => reach === "possible");
  const blocked = "; whether network policies or the node's firewall block 169.254.169.254";
  return `whether they call AWS${isPossible ? blocked : ""}`;
}
