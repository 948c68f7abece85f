import { providersIn } from "../model/trust-policy/providers-in.ts";
import { isAssumable } from "../audit/is-assumable.ts";
import { allRolesFor } from "../audit/inventory.ts";
import { usedBy } from "../audit/nodes/node-roles.ts";
import type { RoleAccess } from "../audit/access-index.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../model/arn.ts";
import type { GraphEdge, GraphFact, GraphNode, GraphState } from "../model/access-graph.ts";
import { providerArn } from "../model/issuer.ts";
import { textOf } from "./ids.ts";
import type { GraphInput } from "./input.ts";
import { statesOf, worst } from "./states.ts";
import { isUsed, type AccessPath } from "./paths.ts";

/** The roles that are in the picture, by id: what some way leads to, what was found of, what trusts the clusters. */
export function drawnRoles(
  { audit, findings }: GraphInput,
  paths: readonly AccessPath[],
): ReadonlySet<string> {
  const issuers = new Set(
    [...audit.access.clusters, ...(audit.access.views ?? [])].map(({ audited: { cluster } }) =>
      providerArn(cluster, cluster.issuer),
    ),
  );
  const trusting = audit.access.roles.filter(
    ({ role, trust }) =>
      findings.about(role.arn).length > 0 || providersIn(trust).some((provider) => issuers.has(provider)),
  );
  return new Set([...paths.map(({ to }) => to), ...trusting.map(({ role }) => role.arn)]);
}

/** What leads to a role. */
export interface WaysToRole {
  readonly paths: readonly AccessPath[];
  /** From other roles that pods can get. */
  readonly chained: readonly GraphEdge[];
  /** How many roles that it can assume are not drawn. */
  readonly omitted: number;
}

/** A role as a node, from the ways that lead to it; also one that does not exist. */
export function roleNode(
  id: string,
  { paths, chained, omitted }: WaysToRole,
  { audit, findings }: GraphInput,
): GraphNode {
  const parsed = parseRoleArn(id);
  const found = audit.access.find(id);
  const about = findings.about(id);
  const common = {
    id,
    kind: "role",
    label: parsed.ok ? roleRef(parsed.value).name : textOf(id),
    findings: about,
  } as const;
  if (found === undefined) return { ...common, ...notFound(parsed.ok ? parsed.value : undefined, audit) };
  const own = statesOf(
    about.flatMap((index) => findings.at(index) ?? []),
    paths.some(({ admitted }) => admitted) || chained.length > 0,
  );
  const isReached = isAssumable(found) || chained.length > 0;
  const unread = isReached && !audit.details.has(found.role.arn);
  return {
    ...common,
    state: worst([
      ...own,
      ...(unread ? (["unknown"] as const) : []),
      ...(audit.nodeRoles.has(found.role.arn) ? (["works"] as const) : []),
      stateBy(paths),
      ...chained.map(({ state }) => state),
    ]),
    facts: [
      ...roleFacts(found, isReached, audit),
      ...usedBy(audit.nodeRoles.get(found.role.arn) ?? []),
      ...(omitted === 0 ? [] : [["can assume", `${omitted} more roles, which are not drawn`] as const]),
    ],
  };
}

/** Its state by the paths that lead to it: a ServiceAccount annotated with it without effect is broken, not the role. */
function stateBy(paths: readonly AccessPath[]): GraphState {
  const used = paths.filter((path) => path.admitted && isUsed(path) && path.state !== "idle");
  if (used.length === 0) return "idle";
  return used.every(({ state }) => state === "unknown") ? "unknown" : "works";
}

function notFound(
  arn: RoleArn | undefined,
  { inventory }: GraphInput["audit"],
): Pick<GraphNode, "state" | "facts"> {
  if (arn === undefined) return { state: "broken", facts: [["exists", "no: this is not a valid role ARN"]] };
  const { awsAccount } = roleRef(arn);
  const isRead = inventory.clusters.some(({ cluster }) => cluster.awsAccount === awsAccount);
  const all = allRolesFor({ awsAccount }, inventory)(awsAccount);
  if (all === undefined || (inventory.allRolesOf === undefined && !isRead))
    return { state: "unknown", facts: [["AWS account", `${awsAccount}, which was not read`]] };
  if (!all) return { state: "unknown", facts: [["exists", "unknown: the roles could not be read"]] };
  return { state: "broken", facts: [["exists", "no"]] };
}

function roleFacts({ role }: RoleAccess, isReached: boolean, { details }: GraphInput["audit"]): GraphFact[] {
  const found = details.get(role.arn);
  const made: GraphFact[] = role.createdAt === undefined ? [] : [["created", role.createdAt.slice(0, 10)]];
  if (found === undefined)
    return [
      ...made,
      ["policies", isReached ? "unknown: could not be read" : "not read: no ServiceAccount can assume it"],
    ];
  const none = found.attached.length + Object.keys(found.inline).length === 0;
  return [
    ...made,
    ["last used", found.lastUsed?.slice(0, 10) ?? "not within IAM's tracking period"],
    ...(none ? [["policies", "none"] as const] : []),
  ];
}
