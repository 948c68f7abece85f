import type { RoleArn } from "../model/arn.ts";
import type { EditRole } from "../model/role-change.ts";
import type { Failure } from "../model/failure.ts";
import type { Role } from "../model/iam-objects.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { policySize } from "../model/trust-policy/grant.ts";
import type { TagsFate } from "./tags.ts";

/** One role of many: how its trust changes, or why it can't be planned. */
export type MoveRow = PlannedRow | FailedRow;

interface NamedRow {
  readonly arn: RoleArn;
  readonly name: string;
}

interface FailedRow extends NamedRow {
  readonly state: "failed";
  readonly failure: Failure;
}

/** A role's trust before and after; the very same where there is nothing to do. */
export interface PlannedRow extends NamedRow {
  readonly state: "planned";
  readonly role: Role;
  readonly trust: PolicyDocument;
  readonly tagsFate: TagsFate["kind"];
  readonly changes: readonly EditRole[];
}

/** What is to be done for a role; nothing where that can't be planned. */
export function editsOf(row: MoveRow): readonly EditRole[] {
  return row.state === "planned" ? row.changes : [];
}

/** How long a row's trust policy is and will be, as IAM counts. */
export function sizesOf({ role, trust }: PlannedRow): { readonly before: number; readonly after: number } {
  return { before: policySize(role.trust), after: policySize(trust) };
}
