import type { RoleState } from "../state.ts";
import type { Result } from "../wire-format.ts";
import { tagList } from "./tags.ts";

/**
 * A role as the List operations show it: without tags and boundary. Documents go out percent-encoded.
 * Source: IAM API Reference, Role ("The policy that is returned is URL-encoded compliant with RFC 3986") and ListRoles.
 */
export function roleSummary(role: RoleState): Result {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.created),
    AssumeRolePolicyDocument: encodeDocument(role.trust),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
  };
}

/** A role as GetRole and CreateRole show it. */
export function roleDetail(role: RoleState): Result {
  return {
    ...roleSummary(role),
    PermissionsBoundary: boundaryOf(role),
    ...(Object.keys(role.tags).length > 0 && { Tags: tagList(role.tags) }),
  };
}

/** The boundary as IAM shows it. */
export function boundaryOf({ boundary }: RoleState): Result | undefined {
  if (boundary === undefined) return undefined;
  return { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: boundary };
}

/** A policy document as it is answered. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document);
}
