import { policyName, roleRef, type PolicyArn, type RoleArn } from "../../model/arn.ts";
import type { RoleDetails } from "../../model/iam-objects.ts";
import { listed } from "../../model/known.ts";
import { NODE_BASELINE, isNodeBaseline } from "../../model/node-baseline.ts";
import { permissionsOf } from "../../model/role-permissions.ts";
import { evaluateIdentity } from "../../model/trust-policy/identity-policy.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { trustPolicy } from "../../model/trust-policy/grant.ts";
import type { TrustRequest } from "../../model/trust-policy/request.ts";
import { usedBy, type NodeRole } from "../nodes/node-roles.ts";
import type { Rule } from "../rule.ts";
import { aboutRole } from "../subjects.ts";

const ACTION = "eks-auth:AssumeRoleForPodIdentity";

/** Nodes whose agent EKS Auth refuses. */
export const agentNotPermitted: Rule = {
  code: "agent-not-permitted",
  title: "nodes are not allowed to get credentials for EKS Pod Identity",
  severity: "high",
  why: `The EKS Pod Identity Agent uses the role of its node to ask EKS for the credentials of pods. Without \`${ACTION}\`, pods on these nodes get none, although their associations and roles are right.`,
  finds: `Roles of running Linux nodes, in clusters with Pod Identity associations, whose policies certainly do not allow \`${ACTION}\` on the cluster, or whose permissions boundary does not. AmazonEKSWorkerNodePolicy and AmazonEKSWorkerNodeMinimalPolicy allow it. If a policy of the role could not be read, nothing is reported.`,
  remedies: `Attach AmazonEKSWorkerNodePolicy to the role, or allow \`${ACTION}\` in a policy of its own.`,
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html"],
  *find({ nodeRoles, details, policies }) {
    for (const [role, uses] of nodeRoles) {
      const found = details.get(role);
      const lacking = found === undefined ? [] : uses.filter((use) => lacks(use, role, found, policies));
      if (lacking.length === 0) continue;
      yield {
        subject: aboutRole(role),
        message: `${roleRef(role).name} does not allow ${ACTION}, so pods on its nodes get no credentials by EKS Pod Identity`,
        evidence: [
          ...usedBy(lacking),
          ["nodes", String(new Set(lacking.flatMap(({ nodes }) => nodes)).size)],
        ],
        remedy: { kind: "advice", text: "Attach AmazonEKSWorkerNodePolicy to the role" },
      };
    }
  },
};

/** True if nodes run the agent by the role, and its policies certainly refuse what the agent asks for. */
function lacks(
  { cluster, nodes, source }: NodeRole,
  role: RoleArn,
  found: RoleDetails,
  policies: ReadonlyMap<PolicyArn, PolicyDocument>,
): boolean {
  if (source.kind === "Fargate profile" || listed(cluster.associations).length === 0) return false;
  const windows = new Set(
    listed(cluster.nodes.nodes)
      .filter(({ labels }) => labels["kubernetes.io/os"] === "windows")
      .map(({ name }) => name),
  );
  if (nodes.every((name) => windows.has(name))) return false;
  const known = permissionsOf(new Map([[role, found]]), withBaseline(found, policies))(role);
  if (known === undefined) return false;
  const { documents, boundary, isComplete } = known;
  const resource = cluster.cluster.arn;
  const own = evaluateIdentity(documents, requestOf(role), resource);
  if (own.denied === "yes" || (isComplete && own.allowed === "no")) return true;
  if (boundary === undefined || boundary === "unknown") return false;
  const limit = evaluateIdentity([boundary], requestOf(role), resource);
  return limit.denied === "yes" || limit.allowed === "no";
}

function requestOf(role: RoleArn): TrustRequest {
  return {
    principal: { type: "AWS", arn: role, awsAccount: roleRef(role).awsAccount },
    action: ACTION,
    context: new Map(),
    others: "unknown",
  };
}

/** Policies of AWS that nodes have are not read: what they allow is known. */
function withBaseline(
  { attached }: RoleDetails,
  policies: ReadonlyMap<PolicyArn, PolicyDocument>,
): ReadonlyMap<PolicyArn, PolicyDocument> {
  const baseline = attached.filter(isNodeBaseline).map((arn): [PolicyArn, PolicyDocument] => {
    const actions = NODE_BASELINE.find(({ name }) => name === policyName(arn))?.actions ?? [];
    return [arn, trustPolicy([{ Effect: "Allow", Action: actions, Resource: "*" }])];
  });
  return new Map([...policies, ...baseline]);
}
