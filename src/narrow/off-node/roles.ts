import type { Attempt } from "../../audit/attempt.ts";
import { nodeRolesOf, sourceText, type NodeRole } from "../../audit/nodes/node-roles.ts";
import { roleRef, type PolicyArn, type RoleArn } from "../../model/arn.ts";
import type { CommandWords } from "../../model/command-words.ts";
import { Failure } from "../../model/failure.ts";
import { actionsBeyondBaseline, isNodeBaseline } from "../../model/node-baseline.ts";
import type { OffNodeRole } from "../../model/off-node.ts";
import { isObject, toList } from "../../model/trust-policy/shape.ts";
import type { Statement } from "../../model/trust-policy/document.ts";
import type { ActionNames } from "../action-names.ts";
import type { RolePolicy } from "../narrow-policies.ts";
import { observeUse, type UseSources } from "../observe.ts";
import { periodOf } from "../period.ts";
import { indexUse } from "../use.ts";
import type { ChosenWorkload } from "./choose.ts";
import type { RoleBeyond } from "./propose.ts";

/**
 * The roles of nodes that the workloads are to leave: those that the operator named, else the one that all of them have. A pod can
 * choose its node, so that several are never put together unasked.
 * @throws Failure `several-node-roles`, `node-role-unknown`
 */
export function rolesToLeave(
  workloads: readonly ChosenWorkload[],
  asked: readonly RoleArn[],
  again: CommandWords,
): readonly RoleArn[] {
  if (asked.length > 0) return asked;
  const moving = workloads
    .filter(({ state }) => state === "on-node-role")
    .flatMap(({ judgedPods }) => judgedPods.filter(({ isOnNodeRole }) => isOnNodeRole));
  const roles = [...new Set(moving.flatMap(({ use }) => use?.role ?? []))].toSorted();
  if (roles.length > 1)
    throw new Failure("refused", "several-node-roles", `the pods run on nodes with ${roles.length} roles`, {
      facts: [["roles", roles]],
      advice:
        "Name the workloads of one role, or each role whose permissions they are to have. With all of them:",
      command: [...again, ...roles.flatMap((role) => ["--node-role", roleRef(role).name])],
    });
  const unknown = moving.filter(({ use }) => use === undefined);
  if (unknown.length > 0)
    throw new Failure("failed", "node-role-unknown", "the role of the pods' nodes could not be read", {
      facts: [["nodes", [...new Set(unknown.flatMap(({ pod }) => pod.node ?? []))].toSorted()]],
      advice: "Name the role: --node-role NAME",
    });
  return roles;
}

/** A role of nodes, with all that is needed to propose what a workload gets of it. */
export interface ObservedRole extends RoleBeyond {
  readonly shown: OffNodeRole;
  readonly boundary: PolicyArn | undefined;
  /** True if it allows, or may allow, more than nodes need. */
  readonly isBeyond: boolean;
}

/** Reads what the role allows beyond the baseline, and what it used. */
export async function observeRole(
  role: RoleArn,
  uses: readonly NodeRole[],
  names: ActionNames,
  sources: Pick<UseSources, "iam" | "wait">,
  attempt: Attempt,
): Promise<ObservedRole> {
  const { details, policies, use } = await observeUse(role, { ...sources, asked: undefined }, attempt);
  const judged = policies
    .filter(({ policy }) => !("arn" in policy) || !isNodeBaseline(policy.arn))
    .map((one) => ({ ...one, beyond: one.document && actionsBeyondBaseline(one.document) }));
  const shown = judged.filter(({ beyond }) => beyond === undefined || beyond.length > 0);
  return {
    policies: judged.map((one) => (one.beyond?.length === 0 ? deniesOf(one) : one)),
    facts: { use: indexUse(use), names },
    boundary: details.boundary,
    isBeyond: shown.length > 0,
    shown: {
      role,
      sources: [...new Set(uses.map(sourceText))],
      period: periodOf(use, details.createdAt),
      policies: shown.map(({ policy, beyond }) => ({ policy, beyond })),
      services: use.services,
    },
  };
}

/** What a policy that nodes need denies is denied of the others, too. */
function deniesOf({ policy, document }: RolePolicy): RolePolicy {
  if (document === undefined) return { policy, document };
  const denies = toList(document.Statement).filter(
    (statement): statement is Statement => isObject(statement) && statement["Effect"] === "Deny",
  );
  return { policy, document: { ...document, Statement: denies } };
}

/** What has the role as that of its nodes. */
export function usesOf(role: RoleArn, cluster: Parameters<typeof nodeRolesOf>[0]): readonly NodeRole[] {
  return nodeRolesOf(cluster).filter((one) => one.role === role);
}
