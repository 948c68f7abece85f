import type { RoleArn } from "../../model/arn.ts";
import type { Judgement } from "../../model/judgement.ts";
import type { Steps } from "../../model/trust-policy/steps.ts";
import type { ChainEdge, EdgesFrom } from "./chain-edges.ts";

/** Roles that can be assumed one with the other, the first one by pods or nodes. */
export interface RoleChain extends Pick<Judgement, "verdict" | "unknownKeys"> {
  /** Two or more. */
  readonly roles: readonly RoleArn[];
}

/** The role that a chain leads to. */
export function lastOf({ roles }: RoleChain): RoleArn {
  const last = roles.at(-1);
  if (last === undefined) throw new TypeError("a chain without roles");
  return last;
}

/** How often a role is assumed with another in a chain that is followed. */
export const MOST_HOPS = 4;

/** What it costs to keep a chain, in time and in memory. */
const CHAIN_STEPS = 20;

/**
 * The shortest chain from a role to each that it leads to: a certain one if there is one, else one that depends on what can't be
 * known. Each role is entered once, so that cycles end.
 * @param endsAt roles from which nothing is followed
 * @throws TooComplex if that takes more steps than there are
 */
export function chainsFrom(
  first: RoleArn,
  edgesFrom: EdgesFrom,
  endsAt: (role: RoleArn) => boolean,
  steps: Steps,
): readonly RoleChain[] {
  const looked: EdgesFrom = (role) => {
    const edges = edgesFrom(role);
    steps.spend(1 + edges.length);
    return edges;
  };
  // Most roles can assume no other.
  if (looked(first).length === 0) return [];
  const certain = walk(first, (role) => looked(role).filter(isCertain), endsAt, steps);
  const all = walk(first, looked, endsAt, steps);
  return [...new Map([...all, ...certain]).values()];
}

function isCertain({ verdict }: ChainEdge): boolean {
  return verdict === "allow";
}

function walk(
  first: RoleArn,
  edgesFrom: EdgesFrom,
  endsAt: (role: RoleArn) => boolean,
  steps: Steps,
): ReadonlyMap<RoleArn, RoleChain> {
  const found = new Map<RoleArn, RoleChain>();
  let ends: readonly RoleChain[] = [{ roles: [first], verdict: "allow", unknownKeys: [] }];
  for (let hop = 0; hop < MOST_HOPS && ends.length > 0; hop += 1) {
    const next: RoleChain[] = [];
    for (const chain of ends) {
      const last = lastOf(chain);
      if (hop > 0 && endsAt(last)) continue;
      for (const { to, verdict, unknownKeys } of edgesFrom(last)) {
        if (to === first || found.has(to)) continue;
        steps.spend(CHAIN_STEPS);
        const longer: RoleChain = {
          roles: [...chain.roles, to],
          verdict: chain.verdict === "allow" ? verdict : "conditional",
          unknownKeys: [...new Set([...chain.unknownKeys, ...unknownKeys])].toSorted(),
        };
        found.set(to, longer);
        next.push(longer);
      }
    }
    ends = next;
  }
  return found;
}
