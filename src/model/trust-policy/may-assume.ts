import { roleRef, splitArn, type RoleArn } from "../arn.ts";
import { evaluateIdentity } from "./identity-policy.ts";
import { verdictOf } from "./evaluate.ts";
import { matchesPrincipal, type PrincipalEntry } from "./principal.ts";
import type { TrustStatement } from "./read.ts";
import type { TrustRequest } from "./request.ts";
import { allOf, anyOf, opposite, type Truth } from "./truth.ts";
import type { RolePermissions } from "../role-permissions.ts";

/**
 * Whether a role's own policies let it assume another one that trusts it. Between AWS accounts they must allow it. Within one, a
 * trust policy that names the role is enough, as far as the role's boundary allows it; so is one that allows everyone, which no
 * boundary limits if `aws:PrincipalArn` selects the role, and of which AWS does not say so otherwise. One that names the AWS
 * account leaves it to the role's policies. A Deny always counts.
 * Source: IAM User Guide, "Policy evaluation for requests within a single account" (Resource-based policies), "AWS JSON policy
 * elements: Principal" (AWS account principals, IAM role principals, All principals), "Cross-account policy evaluation logic".
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
      const direct = isNear ? directGrant(target.trust, request) : NO_GRANT;
      const { documents, boundary, isComplete } = permissions;
      const own = evaluateIdentity(documents, request, target.arn);
      const limit = limitOf(boundary, request, target.arn);
      const unread: Truth = isComplete ? "no" : "unknown";
      return allOf([
        opposite(own.denied === "yes" ? "yes" : anyOf([own.denied, unread])),
        opposite(limit.denied),
        anyOf([
          allOf([anyOf([own.allowed, direct.toRole, unread]), limit.allowed]),
          allOf([direct.toEveryone, anyOf([limit.allowed, "unknown"])]),
          direct.toSelected,
        ]),
      ]);
    }),
  );
}

function limitOf(
  boundary: RolePermissions["boundary"],
  request: TrustRequest,
  target: RoleArn,
): ReturnType<typeof evaluateIdentity> {
  if (boundary === undefined) return { allowed: "yes", denied: "no" };
  if (boundary === "unknown") return { allowed: "unknown", denied: "unknown" };
  return evaluateIdentity([boundary], request, target);
}

/** Whether a trust policy allows a request without the caller's policies, by how it says whom it allows. */
interface DirectGrant {
  /** By the role's ARN. */
  readonly toRole: Truth;
  /** By `*`. */
  readonly toEveryone: Truth;
  /** By `*`, and `aws:PrincipalArn`. */
  readonly toSelected: Truth;
}

const NO_GRANT: DirectGrant = { toRole: "no", toEveryone: "no", toSelected: "no" };

function directGrant(trust: readonly TrustStatement[], request: TrustRequest): DirectGrant {
  const toRole = grants(trust, request, () => isRole);
  if (!trust.some(allowsEveryone)) return { ...NO_GRANT, toRole };
  return {
    toRole,
    toEveryone: grants(trust, request, () => isEveryone),
    toSelected: grants(trust, request, (one) => (isSelecting(one) ? isEveryone : () => false)),
  };
}

/**
 * Whether the request is allowed by statements with such principals alone; `yes` too if that depends on the same as all of the
 * trust policy does. What an Allow with `NotPrincipal` grants directly, AWS does not say.
 */
function grants(
  trust: readonly TrustStatement[],
  request: TrustRequest,
  suchIn: (statement: TrustStatement) => (entry: PrincipalEntry) => boolean,
): Truth {
  const narrowed = trust.map((statement) => {
    const { principal } = statement;
    if (statement.effect !== "Allow" || principal.items === "unreadable") return statement;
    const isLeftOut = principal.items.some((entry) => matchesPrincipal(entry, request.principal));
    if (principal.negated) return isLeftOut ? statement : { ...statement, principal: unknownWhom(statement) };
    return { ...statement, principal: { ...principal, items: principal.items.filter(suchIn(statement)) } };
  });
  const verdict = verdictOf(narrowed, request);
  if (verdict === "deny") return "no";
  return verdict === verdictOf(trust, request) ? "yes" : "unknown";
}

function unknownWhom({ principal: { element, negated } }: TrustStatement): TrustStatement["principal"] {
  return { element, negated, items: "unreadable" };
}

function isRole({ type, id }: PrincipalEntry): boolean {
  return type === "AWS" && splitArn(id)?.resource.startsWith("role/") === true;
}

/** True for `"*"` and `{"AWS": "*"}`, which AWS takes for the same. */
export function isEveryone({ type, id }: PrincipalEntry): boolean {
  return id === "*" && (type === "*" || type === "AWS");
}

function allowsEveryone({ principal: { negated, items } }: TrustStatement): boolean {
  return negated || items === "unreadable" || items.some(isEveryone);
}

function isSelecting({ conditions }: TrustStatement): boolean {
  return conditions.some(
    ({ key, operator: { test } }) =>
      key.toLowerCase() === "aws:principalarn" && test.kind === "compare" && !test.negated,
  );
}
