import type { ChainEdge } from "../audit/chains/chain-edges.ts";
import { followChains, type Followed } from "../audit/chains/chains-of.ts";
import { lastOf, type RoleChain } from "../audit/chains/role-chains.ts";
import { groupBy } from "../audit/group-by.ts";
import type { Gap } from "../audit/inventory.ts";
import type { GraphEdge, GraphFact } from "../model/access-graph.ts";
import type { RoleArn } from "../model/arn.ts";
import { isAtLeast } from "../model/finding.ts";
import type { GraphInput } from "./input.ts";

/** What roles of pods and nodes lead to. */
export interface RolePaths {
  readonly edges: readonly GraphEdge[];
  /** Of roles that can assume more than are drawn, by how many. */
  readonly omitted: ReadonlyMap<string, number>;
  /** The roles whose chains are too many to be followed. */
  readonly gaps: readonly Gap[];
}

/** How many roles are drawn that one role can assume, the worst first. */
const MOST_DRAWN = 20;

/** The edges between roles: of each chain from one of these roles the steps, dangerous if the audit reports where it leads. */
export function rolePathsOf(sources: readonly RoleArn[], { audit, findings }: GraphInput): RolePaths {
  const gaps: Gap[] = [];
  const followed = followChains(sources.toSorted(), audit, gaps);
  const steps = new Map<string, Step>();
  for (const [source, chains] of followed.chains) {
    const about = findings
      .about(source, "role-chain-administrator")
      .filter((index) => isAtLeast(findings.at(index)?.severity ?? "low", "high"));
    for (const chain of chains) {
      const isReported = about.length > 0 && followed.isAdministrator(lastOf(chain));
      for (const step of stepsOf(chain)) {
        const before = steps.get(keyOf(step))?.findings ?? [];
        steps.set(keyOf(step), { ...step, findings: isReported ? [...before, ...about] : before });
      }
    }
  }
  const drawn = drawnOf(
    sources,
    groupBy(steps.values(), ({ from }) => from),
    followed,
  );
  return { ...drawn, gaps };
}

interface Step {
  readonly from: RoleArn;
  readonly to: RoleArn;
  readonly findings: readonly number[];
}

function stepsOf({ roles }: RoleChain): Step[] {
  return roles.slice(1).flatMap((to, at) => {
    const from = roles[at];
    return from === undefined ? [] : [{ from, to, findings: [] }];
  });
}

function keyOf({ from, to }: Step): string {
  return `${from}\n${to}`;
}

/** Breadth first, so that no role is drawn that only an omitted edge leads to. */
function drawnOf(
  sources: readonly RoleArn[],
  stepsFrom: ReadonlyMap<RoleArn, readonly Step[]>,
  { edgesFrom }: Followed,
): Omit<RolePaths, "gaps"> {
  const edges: GraphEdge[] = [];
  const omitted = new Map<string, number>();
  const seen = new Set(sources);
  for (const role of seen) {
    const steps = stepsFrom.get(role) ?? [];
    if (steps.length === 0) continue;
    const byRole = new Map(edgesFrom(role).map((edge) => [edge.to, edge]));
    const all = steps.map((step) => edgeOf(step, byRole.get(step.to)));
    const shown = all.toSorted(byState).slice(0, MOST_DRAWN);
    if (shown.length < all.length) omitted.set(role, all.length - shown.length);
    for (const edge of shown) {
      edges.push(edge);
      seen.add(edge.to);
    }
  }
  return { edges, omitted };
}

interface RoleEdge extends GraphEdge {
  readonly to: RoleArn;
}

function edgeOf({ from, to, findings }: Step, edge: ChainEdge | undefined): RoleEdge {
  const isCertain = edge?.verdict === "allow";
  const keys = edge?.unknownKeys.join(", ") ?? "";
  const facts: GraphFact[] = [
    ["by", "sts:AssumeRole"],
    ...(isCertain
      ? []
      : [["only if", keys || "a Deny statement that can't be parsed does not apply"] as const]),
  ];
  const state = findings.length > 0 ? "dangerous" : isCertain ? "idle" : "unknown";
  const sorted = [...new Set(findings)].toSorted((one, other) => one - other);
  return { from, to, kind: "assumes", state, facts, findings: sorted };
}

const RANKS: Readonly<Partial<Record<GraphEdge["state"], number>>> = { dangerous: 0, idle: 1, unknown: 2 };

function byState(one: RoleEdge, other: RoleEdge): number {
  return (RANKS[one.state] ?? 0) - (RANKS[other.state] ?? 0) || (one.to < other.to ? -1 : 1);
}
