import { keysOf } from "../model/keys-of.ts";
import { nearest } from "../model/nearest.ts";
import type { Parsed } from "../model/problems.ts";
import { invalid, valid } from "../model/problems.ts";
import { APPLY, CREATE, DELETE, GET, PLAN, UPDATE } from "./needs/service-account.ts";
import { DELETE_AGENT, INSTALL_AGENT } from "./needs/agent.ts";
import { EXPORT } from "./needs/export.ts";
import { ADOPT } from "./needs/adoption.ts";
import { GUARDRAILS } from "./needs/guardrails.ts";
import { MOVE_OFF_NODE, NARROW } from "./needs/narrow.ts";
import { AUDIT, DOCTOR, POLICIES, VERIFY, WATCH, WHAT_CAN, WHO_CAN } from "./needs/looking.ts";
import { MIGRATE, MIGRATE_POD_IDENTITY } from "./needs/migration.ts";
import { ASSOCIATE, DISASSOCIATE } from "./needs/provider.ts";
import { STALE_PODS, USE } from "./needs/workload.ts";
import { clusterRightText, LEVELS, type AwsRight, type ClusterRight, type CommandRights } from "./right.ts";

/** What each command calls of AWS and of the cluster. Whoever may do this and nothing else can run it. */
export const RIGHTS = {
  "associate-oidc": ASSOCIATE,
  "disassociate-oidc": DISASSOCIATE,
  "associate-agent": INSTALL_AGENT,
  "disassociate-agent": DELETE_AGENT,
  "create-sa": CREATE,
  "get-sa": GET,
  "update-sa": UPDATE,
  "delete-sa": DELETE,
  adopt: ADOPT,
  plan: PLAN,
  apply: APPLY,
  export: EXPORT,
  "migrate-trust": MIGRATE,
  "migrate-pod-identity": MIGRATE_POD_IDENTITY,
  "use-sa": USE,
  verify: VERIFY,
  "stale-pods": STALE_PODS,
  "who-can": WHO_CAN,
  "what-can": WHAT_CAN,
  narrow: NARROW,
  "move-off-node": MOVE_OFF_NODE,
  guardrails: GUARDRAILS,
  audit: AUDIT,
  watch: WATCH,
  graph: AUDIT,
  policies: POLICIES,
  doctor: DOCTOR,
} as const satisfies Readonly<Record<string, CommandRights>>;

/** A command that calls AWS or the cluster. */
export type CommandName = keyof typeof RIGHTS;

/** The commands of the table, in the order of `irsa --help`. */
export const COMMAND_NAMES = keysOf(RIGHTS);

/** A command of the table. */
export function parseCommandName(text: string): Parsed<CommandName> {
  const found = COMMAND_NAMES.find((name) => name === text);
  if (found !== undefined) return valid(found);
  const meant = nearest(text, COMMAND_NAMES);
  return invalid(
    meant === undefined
      ? `is not a command that calls AWS or the cluster; use ${COMMAND_NAMES.join(", ")}`
      : `is not a command; did you mean ${meant}?`,
  );
}

/**
 * What some commands call together, each right once: at the level that weighs most, with every reason.
 * @param atLeast leaves out what weighs less
 * @param beside what is called by whichever of them
 */
export function rightsOf(
  commands: readonly CommandName[],
  atLeast: AwsRight["level"] = "advisory",
  beside: readonly AwsRight[] = [],
): CommandRights {
  const all: readonly CommandRights[] = commands.map((name) => RIGHTS[name]);
  const weighs = ({ level }: { level: AwsRight["level"] }): boolean =>
    LEVELS.indexOf(level) <= LEVELS.indexOf(atLeast);
  return {
    aws: merged(
      [...all.flatMap(({ aws }) => aws), ...beside],
      ({ action, on }: AwsRight) => `${action} ${on}`,
    ).filter(weighs),
    cluster: merged(
      all.flatMap(({ cluster }) => cluster),
      (right: ClusterRight) => clusterRightText(right),
    ).filter(weighs),
  };
}

/** Sorted by level; the order of the table within. */
function merged<Right extends AwsRight | ClusterRight>(
  rights: readonly Right[],
  keyOf: (right: Right) => string,
): Right[] {
  const found = new Map<string, Right>();
  const rank = ({ level }: Right): number => LEVELS.indexOf(level);
  for (const right of rights) {
    const known = found.get(keyOf(right));
    found.set(keyOf(right), known === undefined ? right : both(known, right, rank));
  }
  return [...found.values()].toSorted((one, other) => rank(one) - rank(other));
}

function both<Right extends AwsRight | ClusterRight>(
  one: Right,
  other: Right,
  rank: (right: Right) => number,
): Right {
  const { level } = rank(one) <= rank(other) ? one : other;
  const why = one.why.split("; ").includes(other.why) ? one.why : `${one.why}; ${other.why}`;
  return { ...one, level, why };
}
