import { listed } from "../model/known.ts";
import { parseRoleArn } from "../model/arn.ts";
import type { GraphEdge, GraphFact, GraphNode, GraphState } from "../model/access-graph.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import { sessionPolicyOf } from "../model/session-policy.ts";
import { noRole, sessionPolicy } from "./ids.ts";
import type { GraphInput } from "./input.ts";
import { policyFacts } from "./policy-facts.ts";

/** The session policies of associations, which limit what pods get of the role: of the target role where there is one. */
export function sessionPoliciesOf({ audit }: GraphInput): {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
} {
  const found = audit.access.clusters.flatMap(({ audited, outcomes }) =>
    listed(audited.associations).flatMap((association) => {
      const { policy, serviceAccount, targetRoleArn, roleArn } = association;
      if (policy === undefined) return [];
      const of = `${audited.cluster.name} ${serviceAccountPath(serviceAccount)}`;
      const node: GraphNode = {
        id: sessionPolicy(audited.cluster, serviceAccountPath(serviceAccount)),
        kind: "policy",
        label: `session policy of ${serviceAccountPath(serviceAccount)}`,
        state: stateOf(outcomes.get(association)?.state),
        facts: [["kind", "session policy"], ...factsOf(policy)],
        findings: [],
      };
      const role = parseRoleArn(targetRoleArn ?? roleArn);
      const from = role.ok ? role.value : noRole(targetRoleArn ?? roleArn);
      return [{ node, edge: edgeTo(node, from, of) }];
    }),
  );
  return { nodes: found.map(({ node }) => node), edges: found.map(({ edge }) => edge) };
}

function edgeTo({ id, state }: GraphNode, from: string, of: string): GraphEdge {
  return { from, to: id, kind: "attached", state, facts: [["as", `session policy of ${of}`]], findings: [] };
}

function factsOf(policy: string): GraphFact[] {
  const document = sessionPolicyOf(policy);
  return document === undefined ? [["unknown", "it could not be parsed"]] : policyFacts(document);
}

/** It limits something if pods get the role. */
function stateOf(state: "assumed" | "refused" | "unknown" | undefined): GraphState {
  if (state === "assumed") return "works";
  return state === "refused" ? "idle" : "unknown";
}
