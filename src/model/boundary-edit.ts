import type { PolicyArn } from "./arn.ts";
import type { GivableRole } from "./authority.ts";
import type { FromOperator } from "./source.ts";

declare class Asked {
  protected readonly asked: "boundary";
}

/** A boundary that is set, or without `after` removed: either may widen what the role's ServiceAccount may do. */
export type BoundaryEdit = { readonly before?: PolicyArn; readonly after?: PolicyArn } & Asked;

/** The boundary that the operator wants set, or removed. */
export type AskedBoundary =
  | { readonly set: FromOperator<PolicyArn> }
  | { readonly remove: FromOperator<true> };

/** The boundary that the operator asked for, or asked to remove, on a role that may be given that. */
export function boundaryEdit(
  _role: GivableRole,
  before: PolicyArn | undefined,
  asked: AskedBoundary,
): BoundaryEdit {
  const now = before === undefined ? {} : { before };
  return ("remove" in asked ? now : { ...now, after: asked.set }) as BoundaryEdit;
}
