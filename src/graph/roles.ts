import { providersIn } from "../model/trust-policy/providers-in.ts";
import { isReached } from "../audit/reached.ts";
import type { RoleReach } from "../audit/reach.ts";
import { parseRoleArn, roleRef, type RoleArn } from "../model/arn.ts";
import type { GraphFact, GraphNode, GraphState } from "../model/access-graph.ts";
import { providerArn } from "../model/issuer.ts";
import { textOf } from "./ids.ts";
import type { Scene } from "./scene.ts";
import { statesOf, worst } from "./states.ts";
import { isUsed, type Way } from "./ways.ts";

/** The roles that are in the picture, by id: what some way leads to, what was found of, what trusts the clusters. */
export function drawnRoles({ audit, findings }: Scene, ways: readonly Way[]): ReadonlySet<string> {
  const issuers = new Set(
    audit.reach.clusters.map(({ audited: { cluster } }) => providerArn(cluster, cluster.issuer)),
  );
  const trusting = audit.reach.roles.filter(
    ({ role, trust }) =>
      findings.about(role.arn).length > 0 || providersIn(trust).some((provider) => issuers.has(provider)),
  );
  return new Set([...ways.map(({ to }) => to), ...trusting.map(({ role }) => role.arn)]);
}

/** A role as a node, from the ways that lead to it; also one that does not exist. */
export function roleNode(id: string, ways: readonly Way[], { audit, findings }: Scene): GraphNode {
  const parsed = parseRoleArn(id);
  const found = audit.reach.find(id);
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
    ways.some(({ admitted }) => admitted),
  );
  const unread = isReached(found) && !audit.details.has(found.role.arn);
  return {
    ...common,
    state: worst([...own, ...(unread ? (["unknown"] as const) : []), stateBy(ways)]),
    facts: roleFacts(found, audit),
  };
}

/** How it fares by those who become it: that some account names it in vain is that account's fault. */
function stateBy(ways: readonly Way[]): GraphState {
  const used = ways.filter((way) => way.admitted && isUsed(way) && way.state !== "idle");
  if (used.length === 0) return "idle";
  return used.every(({ state }) => state === "unknown") ? "unknown" : "works";
}

function notFound(
  arn: RoleArn | undefined,
  { inventory }: Scene["audit"],
): Pick<GraphNode, "state" | "facts"> {
  if (arn === undefined) return { state: "broken", facts: [["exists", "no: this is no role ARN"]] };
  const { account } = roleRef(arn);
  if (inventory.clusters.every(({ cluster }) => cluster.account !== account))
    return { state: "unknown", facts: [["AWS account", `${account}, where nothing was read`]] };
  if (inventory.roles === undefined)
    return { state: "unknown", facts: [["exists", "not known: the roles could not be read"]] };
  return { state: "broken", facts: [["exists", "no"]] };
}

function roleFacts(reach: RoleReach, { details }: Scene["audit"]): GraphFact[] {
  const { role } = reach;
  const found = details.get(role.arn);
  const made: GraphFact[] = role.createdAt === undefined ? [] : [["made", role.createdAt.slice(0, 10)]];
  if (found === undefined)
    return [
      ...made,
      [
        "policies",
        isReached(reach) ? "not known: they could not be read" : "not looked at: nobody becomes it",
      ],
    ];
  const none = found.attached.length + Object.keys(found.inline).length === 0;
  return [
    ...made,
    ["last used", found.lastUsed?.slice(0, 10) ?? "never, as far as IAM looks back"],
    ...(none ? [["policies", "none"] as const] : []),
  ];
}
