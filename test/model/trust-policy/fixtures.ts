import type { ConditionBlock, PolicyDocument, Statement } from "../../../src/model/trust-policy/document.ts";
import type { WebIdentityGrant } from "../../../src/model/trust-policy/grant.ts";
import { webIdentityRequest, type WebIdentity } from "../../../src/model/trust-policy/request.ts";

/** The issuer of the cluster that the tests speak of, without its scheme. */
export const ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
export const PROVIDER = `arn:aws:iam::111122223333:oidc-provider/${ISSUER}`;
export const SUBJECT = "system:serviceaccount:shop:cart";
export const AUDIENCE = "sts.amazonaws.com";
export const SUB = `${ISSUER}:sub`;
export const AUD = `${ISSUER}:aud`;

/** Another cluster in the same ServiceAccount. */
export const OTHER_ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE0C6E0B6B4B1E8C8B3BEXAMPLE";
export const OTHER_PROVIDER = `arn:aws:iam::111122223333:oidc-provider/${OTHER_ISSUER}`;

/** What shop/cart needs. */
export const GRANT: WebIdentityGrant = {
  providerArn: PROVIDER,
  issuerHostPath: ISSUER,
  subject: SUBJECT,
  audience: AUDIENCE,
};

/** The call of a pod of shop/cart, changed as given. */
export function call(changes: Partial<WebIdentity> = {}) {
  return webIdentityRequest({ ...GRANT, ...changes });
}

/** A statement that lets the provider's callers in under this condition. */
export function allow(condition?: ConditionBlock, changes: Partial<Statement> = {}): Statement {
  return statement("Allow", condition, changes);
}

/** A statement that keeps the provider's callers out under this condition. */
export function deny(condition?: ConditionBlock, changes: Partial<Statement> = {}): Statement {
  return statement("Deny", condition, changes);
}

/** A document of the current language version. */
export function policy(...statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** A statement without one of its elements. */
export function without(element: keyof Statement, from: Statement): Statement {
  const { [element]: _, ...rest } = from;
  return rest as Statement;
}

function statement(
  effect: Statement["Effect"],
  condition: ConditionBlock | undefined,
  changes: Partial<Statement>,
): Statement {
  return {
    Effect: effect,
    Principal: { Federated: PROVIDER },
    Action: "sts:AssumeRoleWithWebIdentity",
    ...(condition !== undefined && { Condition: condition }),
    ...changes,
  };
}
