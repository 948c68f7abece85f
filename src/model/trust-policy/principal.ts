import { splitArn } from "../arn.ts";
import type { PrincipalType } from "./document.ts";
import type { RequestPrincipal } from "./request.ts";

/** One principal of a Principal or NotPrincipal element; `"*"` alone has the type `*`. */
export interface PrincipalEntry {
  readonly type: PrincipalType | "*";
  readonly id: string;
}

/** Every type of the policy grammar. */
export const PRINCIPAL_TYPES: readonly PrincipalType[] = ["AWS", "Federated", "Service", "CanonicalUser"];

/**
 * True if the entry names who asks. `"*"` and `{"AWS": "*"}` are everyone, those of identity providers too; `*` of
 * another type is everyone of that type; part of a name can't be a wildcard.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */
export function matchesPrincipal(entry: PrincipalEntry, principal: RequestPrincipal): boolean {
  if (entry.id === "*" && (entry.type === "*" || entry.type === "AWS")) return true;
  if (entry.type !== principal.type) return false;
  if (entry.id === "*") return true;
  return principal.type === "AWS" ? matchesAws(entry.id, principal) : entry.id === principal.id;
}

/** Who asks, as the Principal element would name it. */
export function principalId(principal: RequestPrincipal): string {
  return principal.type === "AWS" ? principal.arn : principal.id;
}

type AwsPrincipal = Extract<RequestPrincipal, { readonly type: "AWS" }>;

/** An account, by number or root ARN, stands for everyone in it; a role stands for its sessions. */
function matchesAws(id: string, { arn, awsAccount }: AwsPrincipal): boolean {
  if (id === arn || id === awsAccount) return true;
  const wanted = splitArn(id);
  const actual = splitArn(arn);
  if (wanted?.service !== "iam" || wanted.awsAccount !== awsAccount) return false;
  if (actual !== undefined && wanted.partition !== actual.partition) return false;
  return (
    wanted.resource === "root" || (isRole(wanted.resource) && roleName(wanted.resource) === sessionRole(arn))
  );
}

function isRole(resource: string): boolean {
  return resource.startsWith("role/");
}

function roleName(resource: string): string {
  return resource.slice(resource.lastIndexOf("/") + 1);
}

/** The role's name in a session's ARN, which leaves out the role's path. */
function sessionRole(arn: string): string | undefined {
  return /^arn:[^:]+:sts::\d{12}:assumed-role\/([^/]+)\//.exec(arn)?.[1];
}
