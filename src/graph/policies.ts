import { groupBy } from "../audit/group-by.ts";
import { isAssumable } from "../audit/is-assumable.ts";
import type { RoleAccess } from "../audit/access-index.ts";
import type { GraphEdge, GraphFact, GraphNode, GraphState } from "../model/access-graph.ts";
import { isAwsManaged, policyName, type PolicyArn } from "../model/arn.ts";
import type { RoleDetails } from "../model/iam-objects.ts";
import { administratorLike } from "../model/trust-policy/administrator.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { inlinePolicy } from "./ids.ts";
import { policyFacts } from "./policy-facts.ts";
import type { GraphInput } from "./input.ts";
import { worst } from "./states.ts";

/** The policies of the roles, each once, and the edges to them. @param chained the edges from other roles, by role */
export function policiesOf(
  roles: readonly GraphNode[],
  chained: ReadonlyMap<string, readonly GraphEdge[]>,
  input: GraphInput,
): { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] } {
  const hanging = roles.flatMap((role) => {
    const reach = input.audit.access.find(role.id);
    const details = reach && input.audit.details.get(reach.role.arn);
    return reach === undefined || details === undefined
      ? []
      : hangingOn(role, { reach, details, chained: chained.get(role.id) ?? [] }, input);
  });
  const edges = groupBy(hanging, ({ id }) => id);
  return {
    nodes: [...edges].map(([id, paths]) => nodeOf(id, paths)),
    edges: [...groupBy(hanging, ({ role }) => role).values()].flatMap(joined),
  };
}

/** A policy, as attached to one role. */
interface Hanging {
  readonly id: string;
  readonly label: string;
  readonly role: string;
  readonly as: "attached" | "inline" | "permissions boundary";
  readonly kind: string;
  readonly document: PolicyDocument | undefined;
  readonly state: GraphState;
  readonly findings: readonly number[];
}

interface RoleParts {
  readonly reach: RoleAccess;
  readonly details: RoleDetails;
  readonly chained: readonly GraphEdge[];
}

function hangingOn(
  role: GraphNode,
  { reach, details, chained }: RoleParts,
  { audit, findings }: GraphInput,
): Hanging[] {
  const administrator = [
    ...findings.about(role.id, "administrator", "node-role-administrator"),
    ...chained.flatMap((edge) => edge.findings),
  ];
  const reached = isAssumable(reach) || chained.length > 0;
  const one = (
    as: Hanging["as"],
    { id, label, kind, document }: Pick<Hanging, "id" | "label" | "kind" | "document">,
  ): Hanging => {
    const isCause =
      as !== "permissions boundary" && document !== undefined && administratorLike(document) !== undefined;
    const unread = as === "attached" && reached && document === undefined;
    const dangerous = isCause && administrator.length > 0;
    const state = dangerous ? "dangerous" : unread ? "unknown" : inUse(role.state);
    return {
      id,
      label,
      kind,
      document,
      role: role.id,
      as,
      state,
      findings: dangerous ? distinct(administrator) : [],
    };
  };
  const managed = (arn: PolicyArn) => ({
    id: arn,
    label: policyName(arn),
    kind: isAwsManaged(arn) ? "AWS managed" : "customer managed",
    document: audit.policies.get(arn),
  });
  return [
    ...details.attached.map((arn) => one("attached", managed(arn))),
    ...Object.entries(details.inline).map(([name, document]) =>
      one("inline", { id: inlinePolicy(role.id, name), label: name, kind: "inline", document }),
    ),
    ...(details.boundary === undefined ? [] : [one("permissions boundary", managed(details.boundary))]),
  ];
}

/** Whether a role's policies are in use, by the role's own state. */
function inUse(role: GraphState): GraphState {
  return role === "works" || role === "dangerous" ? "works" : "idle";
}

function nodeOf(id: string, paths: readonly Hanging[]): GraphNode {
  const [first] = paths;
  const facts: GraphFact[] = [
    ["kind", first?.kind ?? ""],
    ...(first?.document === undefined ? [] : policyFacts(first.document)),
  ];
  return {
    id,
    kind: "policy",
    label: first?.label ?? "",
    state: worst(paths.map(({ state }) => state)),
    facts,
    findings: distinct(paths.flatMap(({ findings }) => findings)),
  };
}

/** The edges of one role: one to each policy, also where the policy is its boundary too. */
function joined(hanging: readonly Hanging[]): GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const { id, role, as, state, findings } of hanging) {
    const before = edges.get(id);
    edges.set(id, {
      from: role,
      to: id,
      kind: "attached",
      state: worst([state, ...(before === undefined ? [] : [before.state])]),
      facts: [...(before?.facts ?? []), ["as", as]],
      findings: distinct([...(before?.findings ?? []), ...findings]),
    });
  }
  return [...edges.values()];
}

function distinct(indexes: readonly number[]): number[] {
  return [...new Set(indexes)].toSorted((one, other) => one - other);
}
