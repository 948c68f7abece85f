import { Failure } from "../../model/failure.ts";
import { isNodeBaseline } from "../../model/node-baseline.ts";
import { roleRef, type PolicyArn, type RoleArn } from "../../model/arn.ts";
import type { RoleDetails } from "../../model/iam-objects.ts";
import { permissionsOf } from "../../model/role-permissions.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { Steps, unlessTooComplex } from "../../model/trust-policy/steps.ts";
import type { AccessIndex } from "../access-index.ts";
import { administratorsAmong } from "../administrator-reasons.ts";
import type { Gap } from "../inventory.ts";
import { groupBy } from "../group-by.ts";
import { EDGE_STEPS, edgesOf, type ChainEdge, type EdgesFrom } from "./chain-edges.ts";
import { chainsFrom, type RoleChain } from "./role-chains.ts";
import { ifSessionPolicy, stepUnder, type SessionPolicies } from "./session-policies.ts";
import type { ChainRole } from "./trust-index.ts";

/** What chains are followed by. */
export interface ChainFacts {
  readonly access: {
    readonly roles: readonly Pick<AccessIndex["roles"][number], "role" | "trust">[];
  };
  readonly details: ReadonlyMap<RoleArn, RoleDetails>;
  readonly policies: ReadonlyMap<PolicyArn, PolicyDocument>;
  /** With which session policies pods get a role that chains begin with; without, none is taken to be limited. */
  readonly sessionPolicies?: (role: RoleArn) => SessionPolicies;
}

/** How many comparisons all chains together may cost. */
const STEPS = 20_000_000;

/** Chains, and the steps that they are made of. */
export interface Followed {
  readonly chains: ReadonlyMap<RoleArn, readonly RoleChain[]>;
  /** The steps from a role; none where they are too many. */
  readonly edgesFrom: EdgesFrom;
  readonly isAdministrator: (role: RoleArn) => boolean;
}

/**
 * The chains from each of these roles to any that they lead to. From one that is an administrator itself, none is followed: it
 * can change the trust policy of any role.
 * @param gaps gets the roles whose chains are too many to be followed
 */
export function followChains(
  sources: readonly RoleArn[],
  { access, details, policies, sessionPolicies = () => [undefined] }: ChainFacts,
  gaps: Gap[] = [],
): Followed {
  const isAdministrator = administratorsAmong(details, policies);
  const roles = access.roles.map(({ role, trust }) => ({ arn: role.arn, trust }));
  const permissions = permissionsOf(details, withBaseline(details, policies));
  const follow = (
    from: readonly RoleArn[],
    among: readonly ChainRole[],
  ): Pick<Followed, "chains" | "edgesFrom"> => {
    const steps = new Steps(STEPS);
    const edgesFrom = edgesOf(among, permissions, steps);
    const byArn = new Map(among.map((role) => [role.arn, role]));
    const found = from.flatMap((role): [RoleArn, readonly RoleChain[]][] => {
      const limited = limitedFrom(role, sessionPolicies(role), { edgesFrom, byArn, steps });
      const chains = unlessTooComplex(() => chainsFrom(role, limited, isAdministrator, steps));
      return chains === "too-complex" ? [] : [[role, chains]];
    });
    return { chains: new Map(found), edgesFrom };
  };
  const first = sources.filter((role) => !isAdministrator(role));
  const together = follow(first, roles);
  const open = first.filter((role) => !together.chains.has(role));
  if (open.length > 0) gaps.push(tooMany(open.length));
  const within = byAccountOf(open, roles).map(([own, among]) => follow(own, among));
  const parts = [together, ...within];
  return {
    chains: new Map(parts.flatMap(({ chains }) => [...chains])),
    edgesFrom: (role) =>
      parts.flatMap(({ edgesFrom }) => {
        const edges = unlessTooComplex(() => edgesFrom(role));
        return edges === "too-complex" ? [] : edges;
      }),
    isAdministrator,
  };
}

/** The steps; of the first role only those that one of the session policies may allow. */
function limitedFrom(
  first: RoleArn,
  policies: SessionPolicies,
  { edgesFrom, byArn, steps }: Following,
): EdgesFrom {
  if (policies.includes(undefined)) return edgesFrom;
  const judged = (edge: ChainEdge): readonly ChainEdge[] => {
    const second = byArn.get(edge.to);
    if (second === undefined) return [];
    steps.spend(EDGE_STEPS * policies.length);
    const allowed = stepUnder(policies, first, second);
    if (allowed === "no") return [];
    return [allowed === "yes" ? edge : ifSessionPolicy(edge)];
  };
  let own: readonly ChainEdge[] | undefined;
  return (role) => (role === first ? (own ??= edgesFrom(role).flatMap(judged)) : edgesFrom(role));
}

interface Following {
  readonly edgesFrom: EdgesFrom;
  readonly byArn: ReadonlyMap<RoleArn, ChainRole>;
  readonly steps: Steps;
}

/** Where the roles are of several AWS accounts, those of one must not hide what those of another lead to within their own. */
function byAccountOf(
  open: readonly RoleArn[],
  roles: readonly ChainRole[],
): readonly (readonly [open: readonly RoleArn[], among: readonly ChainRole[]])[] {
  const among = groupBy(roles, ({ arn }) => roleRef(arn).awsAccount);
  if (among.size < 2) return [];
  return [...groupBy(open, (role) => roleRef(role).awsAccount)].map(
    ([awsAccount, own]) => [own, among.get(awsAccount) ?? []] as const,
  );
}

/** `followChains`, without the steps. */
export function chainsOf(
  sources: readonly RoleArn[],
  facts: ChainFacts,
  gaps: Gap[] = [],
): Followed["chains"] {
  return followChains(sources, facts, gaps).chains;
}

/** What the baseline of nodes allows is known, and is not read: nothing of it is about roles. */
function withBaseline(
  details: ChainFacts["details"],
  policies: ChainFacts["policies"],
): ReadonlyMap<PolicyArn, PolicyDocument> {
  const attached = [...details.values()].flatMap((one) => one.attached).filter(isNodeBaseline);
  const nothing: PolicyDocument = { Statement: [] };
  return new Map([...attached.map((arn) => [arn, nothing] as const), ...policies]);
}

function tooMany(roles: number): Gap {
  return {
    what: `role chains of ${roles} roles`,
    failure: new Failure("failed", "trust-too-complex", "the role chains are too many to be followed"),
  };
}
