import { counted } from "../../model/counted.ts";
import { Failure } from "../../model/failure.ts";
import {
  GUARDRAIL_LIMITS,
  type GuardrailPolicy,
  type GuardrailType,
  type KnownIssuer,
} from "../../model/guardrails.ts";
import type { PolicyDocument, Statement } from "../../model/trust-policy/document.ts";
import { policySize } from "../../model/trust-policy/grant.ts";
import { WEB_IDENTITY_ACTION } from "../../model/trust-policy/request.ts";

/**
 * The resource control policies: a web identity that is of no known issuer, or whose subject is not one of the
 * issuer's, is denied on every role. In one statement if that fits; else the issuers in one, and each issuer's
 * subjects in one of its own, which policies can share.
 * @throws Failure `guardrails-too-large`
 */
export function resourceControlPolicies(known: readonly KnownIssuer[]): readonly GuardrailPolicy[] {
  const inOne = [denyTokens("WebIdentityOfKnownIssuers", {}, subjectsByKey(known))];
  if (fits("RESOURCE_CONTROL_POLICY", inOne)) return named("RESOURCE_CONTROL_POLICY", [inOne]);
  const absent = Object.fromEntries(known.map(({ issuer }) => [`${issuer}:sub`, "true"]));
  const apart = [
    denyTokens("KnownIssuers", { Null: absent }),
    ...known.map((one, at) =>
      denyTokens(`Subjects${at + 1}`, { Null: { [`${one.issuer}:sub`]: "false" } }, subjectsByKey([one])),
    ),
  ];
  return named("RESOURCE_CONTROL_POLICY", packed("RESOURCE_CONTROL_POLICY", apart));
}

/**
 * The service control policy: no provider for another issuer can be created in the organization's AWS accounts. An
 * exception can't be spread over policies, of which each denies.
 * @throws Failure `guardrails-too-large`
 */
export function serviceControlPolicies(
  known: readonly KnownIssuer[],
  partition: string,
): readonly GuardrailPolicy[] {
  const statement: Statement = {
    Sid: "ProvidersOfKnownIssuers",
    Effect: "Deny",
    Action: "iam:CreateOpenIDConnectProvider",
    NotResource: known.map(({ issuer }) => `arn:${partition}:iam::*:oidc-provider/${issuer}`),
  };
  return named("SERVICE_CONTROL_POLICY", packed("SERVICE_CONTROL_POLICY", [statement]));
}

type Values = Readonly<Record<string, readonly string[]>>;
type Condition = NonNullable<Statement["Condition"]>;

function subjectsByKey(known: readonly KnownIssuer[]): Values {
  return Object.fromEntries(known.map(({ issuer, subjects }) => [`${issuer}:sub`, subjects]));
}

function denyTokens(sid: string, conditions: Condition, subjects?: Values): Statement {
  return {
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: WEB_IDENTITY_ACTION,
    Resource: "*",
    ...conditionOf({ ...conditions, ...withSubjects(subjects) }),
  };
}

/** Where the key is absent, in a token of any other issuer, the comparison holds. */
function withSubjects(subjects: Values = {}): Condition {
  return Object.keys(subjects).length === 0 ? {} : { StringNotLikeIfExists: subjects };
}

function conditionOf(condition: Condition): Pick<Statement, "Condition"> {
  return Object.keys(condition).length === 0 ? {} : { Condition: condition };
}

function documentOf(statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

function fits(type: GuardrailType, statements: readonly Statement[]): boolean {
  return policySize(documentOf(statements)) <= GUARDRAIL_LIMITS[type].characters;
}

/** Statements in as few policies as there is room for, each where it fits first. */
function packed(type: GuardrailType, statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const policies: Statement[][] = [];
  for (const statement of statements) {
    if (!fits(type, [statement])) throw tooLarge(type, statements);
    const place = policies.find((one) => fits(type, [...one, statement]));
    if (place === undefined) policies.push([statement]);
    else place.push(statement);
  }
  if (policies.length >= GUARDRAIL_LIMITS[type].attached) throw tooLarge(type, statements);
  return policies;
}

function tooLarge(type: GuardrailType, statements: readonly Statement[]): Failure {
  const { characters, attached } = GUARDRAIL_LIMITS[type];
  const what = type === "RESOURCE_CONTROL_POLICY" ? "resource control policies" : "service control policy";
  const sizes = statements.map((one) => policySize(documentOf([one])));
  return new Failure("failed", "guardrails-too-large", `the ${what} would be too large`, {
    facts: [
      [
        "size",
        `${sizes.reduce((sum, one) => sum + one, 0)} characters in ${counted(sizes.length, "statement")}`,
      ],
      ["largest statement", `${Math.max(...sizes)} characters`],
      ["limits", `${characters} characters in a policy, ${attached - 1} policies besides AWS's own`],
    ],
    advice: [
      "Use --subjects namespaces or --subjects any, which need fewer characters.",
      "Or attach policies to OUs or AWS accounts that have fewer issuers, each made with --issuer.",
    ],
  });
}

function named(type: GuardrailType, policies: readonly (readonly Statement[])[]): readonly GuardrailPolicy[] {
  const short = type === "RESOURCE_CONTROL_POLICY" ? "rcp" : "scp";
  return policies.map((statements, at) => {
    const document = documentOf(statements);
    const number = policies.length === 1 ? "" : `-${at + 1}`;
    return { type, name: `irsa-web-identity-${short}${number}`, document, size: policySize(document) };
  });
}
