import { roleRef, splitArn, type RoleArn } from "../arn.ts";
import { evaluateIdentity } from "./identity-policy.ts";
import { verdictOf } from "./evaluate.ts";
import type { TrustStatement } from "./read.ts";
import type { TrustRequest } from "./request.ts";
import { allOf, anyOf, opposite, type Truth } from "./truth.ts";
import type { RolePermissions } from "../role-permissions.ts";

/**
 * Whether a role's own policies let it assume another one that trusts it. Within an AWS account a trust policy that names the role
 * itself is enough, unless the role's policies deny it or its boundary does not allow it.
 * Source: IAM User Guide, "Policy evaluation for requests within a single account" and "Cross-account policy evaluation logic".
 */
export function mayAssume(
  first: RoleArn,
  permissions: RolePermissions | undefined,
  target: { readonly arn: RoleArn; readonly trust: readonly TrustStatement[] },
  requests: readonly TrustRequest[],
): Truth {
  return allOf(
    requests.map((request) => {
      if (permissions === undefined) return "unknown";
      const isNear = roleRef(first).awsAccount === roleRef(target.arn).awsAccount;
      const direct = isNear ? namesRole(target.trust, request) : "no";
      const { documents, boundary, isComplete } = permissions;
      const own = evaluateIdentity(documents, request, target.arn);
      const limit = boundary === undefined ? NO_LIMIT : limitOf(boundary, request, target.arn);
      const unread: Truth = isComplete ? "no" : "unknown";
      return allOf([
        opposite(own.denied === "yes" ? "yes" : anyOf([own.denied, unread])),
        anyOf([own.allowed, direct, unread]),
        limit,
      ]);
    }),
  );
}

const NO_LIMIT: Truth = "yes";

function limitOf(
  boundary: NonNullable<RolePermissions["boundary"]>,
  request: TrustRequest,
  target: RoleArn,
): Truth {
  if (boundary === "unknown") return "unknown";
  const { allowed, denied } = evaluateIdentity([boundary], request, target);
  return allOf([allowed, opposite(denied)]);
}

/**
 * Whether the request is allowed by statements that name the role, and not its AWS account or anyone; `yes` too if that
 * depends on the same as all of the trust policy does.
 */
function namesRole(trust: readonly TrustStatement[], request: TrustRequest): Truth {
  const narrowed = trust.map((statement) => {
    const { principal } = statement;
    if (statement.effect !== "Allow" || principal.items === "unreadable") return statement;
    const items = principal.negated
      ? []
      : principal.items.filter(({ type, id }) => type === "AWS" && isRole(id));
    return { ...statement, principal: { ...principal, negated: false, items } };
  });
  const verdict = verdictOf(narrowed, request);
  if (verdict === "deny") return "no";
  return verdict === verdictOf(trust, request) ? "yes" : "unknown";
}

function isRole(id: string): boolean {
  return splitArn(id)?.resource.startsWith("role/") === true;
}
