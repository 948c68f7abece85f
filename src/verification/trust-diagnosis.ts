import { splitArn } from "../model/arn.ts";
import type { Mismatch, StatementEvaluation, TrustEvaluation } from "../model/trust-policy/evaluate.ts";
import { explainMismatch, type Hint } from "../model/trust-policy/explain.ts";
import type { WebIdentityGrant } from "../model/trust-policy/grant.ts";
import { issuerOf, webIdentityRequest } from "../model/trust-policy/request.ts";
import type { FindingCode } from "./rows.ts";

/** Why a trust policy does not allow a ServiceAccount: the most likely mistake. */
export interface Diagnosis {
  readonly code: FindingCode;
  readonly message: string;
  readonly evidence: Readonly<Record<string, string>>;
}

/**
 * The mistake in the statement that comes closest to allowing the ServiceAccount: its principal, then its condition keys,
 * then subject and audience. For an evaluation with verdict `deny`.
 */
export function diagnose(evaluation: TrustEvaluation, grant: WebIdentityGrant): Diagnosis {
  if (evaluation.explicit) return explicitDeny(evaluation);
  const nearest = nearestStatement(evaluation);
  if (nearest === undefined) {
    return {
      code: "no-web-identity",
      message: "no statement of the trust policy allows sts:AssumeRoleWithWebIdentity",
      evidence: { needs: grant.providerArn },
    };
  }
  return diagnoseStatement(nearest, grant);
}

function explicitDeny({ statements }: TrustEvaluation): Diagnosis {
  const deny = statements.find(({ effect, applies }) => effect === "Deny" && applies === "yes");
  return {
    code: "denied-by-statement",
    message: "a Deny statement in the trust policy denies this ServiceAccount",
    evidence: { statement: nameOf(deny) },
  };
}

function nameOf(statement: StatementEvaluation | undefined): string {
  return statement?.sid ?? `Statement[${statement?.index ?? 0}]`;
}

/** The web identity statement with the fewest mismatches; the first of equals. */
function nearestStatement({ statements }: TrustEvaluation): StatementEvaluation | undefined {
  const meant = statements.filter(
    ({ effect, mismatches }) =>
      effect !== "Deny" && !mismatches.some(({ element }) => element === "Action" || element === "NotAction"),
  );
  const distance = (one: StatementEvaluation): number =>
    one.mismatches.length + one.unreadable.length + (principalOf(one) === undefined ? 0 : 1);
  return meant.toSorted((one, other) => distance(one) - distance(other))[0];
}

function principalOf({ mismatches }: StatementEvaluation): Mismatch | undefined {
  return mismatches.find(({ element }) => element === "Principal" || element === "NotPrincipal");
}

function diagnoseStatement(statement: StatementEvaluation, grant: WebIdentityGrant): Diagnosis {
  const principal = principalOf(statement);
  if (principal !== undefined) return diagnosePrincipal(principal, grant);
  const [unreadable] = statement.unreadable;
  if (unreadable !== undefined) {
    const where = unreadable.operator ?? unreadable.element;
    return {
      code: "condition-key-mangled",
      message: `${where} in the trust policy is not valid IAM policy syntax`,
      evidence: { statement: nameOf(statement), found: unreadable.value },
    };
  }
  const order = (one: Mismatch): number => (rank.get(lower(one.key)) ?? -1) + 1;
  const rank = new Map([
    [lower(`${grant.issuerHostPath}:sub`), 0],
    [lower(`${grant.issuerHostPath}:aud`), 1],
  ]);
  const [first] = statement.mismatches.toSorted((one, other) => order(one) - order(other));
  return first === undefined ? unclear(statement) : diagnoseCondition(first, grant);
}

function unclear(statement: StatementEvaluation): Diagnosis {
  return {
    code: "condition-unmet",
    message: "the trust policy does not allow this ServiceAccount",
    evidence: { statement: nameOf(statement) },
  };
}

function diagnosePrincipal({ expected }: Mismatch, grant: WebIdentityGrant): Diagnosis {
  const needs = grant.providerArn;
  const providers = expected.filter((one) => one.includes("oidc-provider/"));
  const [trusted] = [...providers, ...expected];
  const evidence = { trusts: trusted ?? "nobody", needs };
  if (trusted === undefined || providers.length === 0) {
    const message = "the web identity statement does not trust an OIDC provider";
    return { code: "no-web-identity", message, evidence };
  }
  if (trusted.includes("://")) {
    return { code: "scheme-in-name", message: "the provider's ARN contains `https://`", evidence };
  }
  const [found, wanted] = [splitArn(trusted), splitArn(needs)];
  if (found !== undefined && found.partition !== wanted?.partition) {
    const message = `the trusted provider is in partition '${found.partition}'`;
    return { code: "federated-partition", message, evidence };
  }
  if (lastSegment(trusted) !== lastSegment(needs)) {
    const message = "the trust policy trusts the issuer of a different cluster";
    return { code: "other-issuer", message, evidence };
  }
  const message = "the trusted provider is spelled differently from the cluster's";
  return { code: "federated-mismatch", message, evidence: { ...evidence, ...difference(trusted, needs) } };
}

function lastSegment(arn: string): string {
  return issuerOf(arn).split("/").at(-1) ?? "";
}

function diagnoseCondition(mismatch: Mismatch, grant: WebIdentityGrant): Diagnosis {
  const key = mismatch.key ?? "";
  const [hint] = explainMismatch(mismatch, webIdentityRequest(grant));
  if (mismatch.actual === "absent" || mismatch.actual === "unknown") return diagnoseKey(key, hint, grant);
  if (lower(key) === lower(`${grant.issuerHostPath}:sub`)) return diagnoseSubject(mismatch, hint);
  if (lower(key) === lower(`${grant.issuerHostPath}:aud`)) {
    const evidence = { trusts: mismatch.expected.join(", "), needs: grant.audience };
    return { code: "audience-mismatch", message: "the trust policy requires a different audience", evidence };
  }
  return unmet(mismatch);
}

function diagnoseKey(key: string, hint: Hint | undefined, grant: WebIdentityGrant): Diagnosis {
  const evidence = { key, ...("shouldBe" in (hint ?? {}) && { needs: shouldBeOf(hint) }) };
  if (hint?.code === "scheme-in-name")
    return { code: "scheme-in-name", message: "the condition key contains `https://`", evidence };
  if (hint?.code === "key-of-another-issuer" && !isOwn(key, grant)) {
    const message = "the condition key is for a different issuer, so this cluster's tokens don't have it";
    return { code: "condition-key-mangled", message, evidence };
  }
  if (isOwn(key, grant)) {
    const message = "the cluster's tokens don't have this condition key";
    const needs = `${grant.issuerHostPath}:sub and ${grant.issuerHostPath}:aud`;
    return { code: "condition-key-mangled", message, evidence: { key, needs } };
  }
  return {
    code: "condition-unmet",
    message: `the trust policy requires ${key}, which AssumeRoleWithWebIdentity requests don't have`,
    evidence,
  };
}

/** True for a key with the prefix of the cluster's issuer. */
function isOwn(key: string, { issuerHostPath }: WebIdentityGrant): boolean {
  return lower(key).startsWith(`${lower(issuerHostPath)}:`);
}

function shouldBeOf(hint: Hint | undefined): string {
  return hint !== undefined && "shouldBe" in hint ? hint.shouldBe : "";
}

function diagnoseSubject({ expected, actual, operator }: Mismatch, hint: Hint | undefined): Diagnosis {
  const needs = typeof actual === "string" ? actual : actual.join(", ");
  if (hint?.code === "wildcard-without-like") {
    const message = `'*' and '?' are not wildcards under ${operator ?? ""}; use ${hint.use}`;
    return { code: "wildcard-under-equals", message, evidence: { trusts: hint.value, needs } };
  }
  const trusts = hint !== undefined && "expected" in hint ? hint.expected : expected.join(", ");
  const evidence = { trusts, needs, ...difference(trusts, needs) };
  return {
    code: "subject-mismatch",
    message: `the trust policy allows a different ${whatDiffers(trusts, needs)}`,
    evidence,
  };
}

function whatDiffers(trusts: string, needs: string): string {
  const [one, other] = [trusts.split(":"), needs.split(":")];
  if (lower(trusts.trim()) === lower(needs)) return trusts.trim() === needs ? "spelling" : "case";
  if (one.length !== other.length) return "ServiceAccount";
  return one[2] === other[2] ? "ServiceAccount" : "namespace";
}

function unmet({ key = "", operator = "", expected, actual }: Mismatch): Diagnosis {
  return {
    code: "condition-unmet",
    message: `the trust policy has an additional condition: ${operator} ${key}`,
    evidence: { trusts: expected.join(", "), needs: typeof actual === "string" ? actual : actual.join(", ") },
  };
}

/** The first character that differs, counted from 1. */
function difference(trusts: string, needs: string): { readonly "differs at"?: string } {
  let at = 0;
  while (at < trusts.length && trusts[at] === needs[at]) at += 1;
  return at === 0 ? {} : { "differs at": `character ${at + 1}` };
}

function lower(text: string | undefined): string {
  return (text ?? "").toLowerCase();
}
