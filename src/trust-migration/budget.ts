import { Failure } from "../model/failure.ts";
import { policySize } from "../model/trust-policy/grant.ts";
import { TRUST_QUOTA, trustQuotaIncrease } from "../model/trust-policy/size-quota.ts";
import { moveIssuer } from "../model/trust-policy/move-issuer.ts";
import { issuersOf, type Move } from "./move.ts";
import type { MoveRow, PlannedRow } from "./rows.ts";

/**
 * Holds every trust policy that would be written against the quota.
 * @throws Failure `trust-size` that lists all that are too long
 */
export function checkBudget(rows: readonly MoveRow[], move: Move, quota: number): void {
  const over = rows.filter((row) => row.state === "planned").filter((row) => isOver(row, quota));
  if (over.length === 0) return;
  const sizes = over.map(({ trust }) => policySize(trust));
  const longest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const what = over.length === 1 ? "a trust policy" : `${over.length} trust policies`;
  throw new Failure("refused", "trust-size", `${what} would exceed the ${quota} characters that IAM allows`, {
    facts: over.map((row, at) => [row.name, `${sizes[at]} characters`] as const),
    advice: [
      ...(move.way === "beside" && over.every((row) => fitsInPlace(row, move, quota))
        ? [`With --replace ${over.length === 1 ? "it" : "they"} would fit. To skip a role: --exclude NAME`]
        : ["Split the role, or skip it: --exclude NAME"]),
      ...(longest > TRUST_QUOTA.most ? [] : ["Or request a quota increase for the AWS account:"]),
    ],
    ...(longest > TRUST_QUOTA.most ? {} : { command: trustQuotaIncrease(longest) }),
  });
}

function isOver({ changes, trust }: PlannedRow, quota: number): boolean {
  return changes.length > 0 && policySize(trust) > quota;
}

function fitsInPlace({ role }: PlannedRow, move: Move, quota: number): boolean {
  const moved = moveIssuer(role.trust, issuersOf(move), "replace");
  return moved.ok && policySize(moved.document) <= quota;
}
