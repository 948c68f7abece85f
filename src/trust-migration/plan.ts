import { valueOf } from "../model/known.ts";
import { roleRef } from "../model/arn.ts";
import { changeable, writable } from "../model/authority.ts";
import type { FromOperator } from "../model/source.ts";
import type { Change } from "../model/change.ts";
import type { EditRole } from "../model/role-change.ts";
import type { Role } from "../model/iam-objects.ts";
import { roleDigest } from "../model/observed-digest.ts";
import type { Note } from "../model/plan.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { moveIssuer } from "../model/trust-policy/move-issuer.ts";
import { TRUST_QUOTA } from "../model/trust-policy/size-quota.ts";
import { checkBudget } from "./budget.ts";
import { tagsAfter, type TagsFate } from "./tags.ts";
import { issuersOf, type Move } from "./move.ts";
import { moveNotes } from "./notes.ts";
import type { FoundRole, ObservedMove } from "./observe.ts";
import { cannotMove } from "./problem-text.ts";
import { editsOf, type MoveRow } from "./rows.ts";
import { planProvider, type ProviderTerms } from "./provider.ts";

/** What a move does. */
export interface MovePlan {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  readonly rows: readonly MoveRow[];
}

/**
 * Plans the move; pure. A role that can't be moved by rule is a row that says so, and the rest go on.
 * @throws Failure `provider-missing`; `trust-size` that lists every role whose trust policy would be too long
 */
export function planMove(observed: ObservedMove, terms: ProviderTerms): MovePlan {
  const { move, roles, quota } = observed;
  const rows = roles.map((found) => rowOf(found, move)).toSorted(byName);
  const provider = planProvider(observed, rows, terms);
  checkBudget(rows, move, valueOf(quota) ?? TRUST_QUOTA.usual);
  return {
    changes: [...provider.changes, ...rows.flatMap(editsOf)],
    notes: [...observed.notes, ...provider.notes, ...moveNotes(observed, rows)],
    rows,
  };
}

function byName(one: MoveRow, other: MoveRow): number {
  return one.name < other.name ? -1 : 1;
}

function rowOf(found: FoundRole, move: FromOperator<Move>): MoveRow {
  const { arn } = found;
  const { name } = roleRef(arn);
  if ("failure" in found) return { arn, name, state: "failed", failure: found.failure };
  const { role } = found;
  const moved = moveIssuer(role.trust, issuersOf(move), move.way);
  if (!moved.ok) return { arn, name, state: "failed", failure: cannotMove(moved.problem, role, move) };
  const { document: trust } = moved;
  const tagsFate: TagsFate = trust === role.trust ? { kind: "stay" } : tagsAfter(role, move);
  const changes = trust === role.trust ? [] : [editOf(role, trust, tagsFate)];
  return { arn, name, state: "planned", role, trust, tagsFate: tagsFate.kind, changes };
}

/** The operator named both issuers; the rule that nobody else is allowed was checked before. */
function editOf(role: Role, after: PolicyDocument, tagsFate: TagsFate): EditRole {
  return {
    kind: "edit-role",
    arn: changeable(role),
    trust: { before: role.trust, after: writable(after) },
    ...(tagsFate.kind === "follow" && { setTags: tagsFate.setTags }),
    observed: roleDigest(role),
  };
}
