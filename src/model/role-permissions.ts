import type { PolicyArn, RoleArn } from "./arn.ts";
import type { RoleDetails } from "./iam-objects.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/** What a role's policies say, as far as they could be read. */
export interface RolePermissions {
  readonly documents: readonly PolicyDocument[];
  /** The permissions boundary; `unknown` if there is one that could not be read. */
  readonly boundary?: PolicyDocument | "unknown";
  /** True if all policies of the role are among the documents. */
  readonly isComplete: boolean;
}

/** Finds what a role's policies say; `undefined` if its policies could not be read at all. */
export type PermissionsOf = (role: RoleArn) => RolePermissions | undefined;

/** What roles' policies say, by what was read of the roles and of managed policies. */
export function permissionsOf(
  details: ReadonlyMap<RoleArn, RoleDetails>,
  policies: ReadonlyMap<PolicyArn, PolicyDocument>,
): PermissionsOf {
  return (role) => {
    const found = details.get(role);
    if (found === undefined) return undefined;
    const { attached, inline, boundary } = found;
    const managed = attached.flatMap((arn) => policies.get(arn) ?? []);
    return {
      documents: [...managed, ...Object.values(inline)],
      ...(boundary !== undefined && { boundary: policies.get(boundary) ?? "unknown" }),
      isComplete: managed.length === attached.length,
    };
  };
}
