import { listOf, type PolicyDocument, type Statement } from "./document.ts";
import { sameStatement } from "./same.ts";
import { isObject, toList } from "./shape.ts";
import { issuerOf, WEB_IDENTITY_ACTION } from "./request.ts";

/** What one ServiceAccount of one cluster needs from a trust policy. */
export interface Grant {
  readonly providerArn: string;
  /** The issuer without `https://`. */
  readonly issuerHostPath: string;
  /** The `sub` of the ServiceAccount's tokens. */
  readonly subject: string;
  /** The `aud` of the ServiceAccount's tokens. */
  readonly audience: string;
}

/** Which statement of a trust policy is ours: provider and subject decide. */
export type GrantKey = Pick<Grant, "providerArn" | "subject">;

/**
 * The statement that allows the ServiceAccount and nobody else: it pins `sub` and `aud`. Both are taken literally, since an
 * audience is free text that a tenant may set, and a policy variable in it would match any token.
 */
export function webIdentityStatement({ providerArn, issuerHostPath, subject, audience }: Grant): Statement {
  return pinned(providerArn, issuerHostPath, withoutVariables(subject), withoutVariables(audience));
}

/** A trust policy of these statements. */
export function trustPolicy(statements: readonly Statement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/**
 * The trust policy with a statement that allows the ServiceAccount. Our statement replaces an older one of ours, or is
 * appended; all other statements stay the same objects. A document that needs no change is returned as is.
 */
export function withGrant(document: PolicyDocument | undefined, grant: Grant): PolicyDocument {
  const statement = webIdentityStatement(grant);
  if (document === undefined) return trustPolicy([statement]);
  const statements = listOf(document.Statement);
  const [ours, ...doubles] = statements.filter((one) => isOurs(one, grant));
  if (ours === undefined) return { ...document, Statement: [...statements, statement] };
  const replacement = ours.Sid === undefined ? statement : { Sid: ours.Sid, ...statement };
  if (doubles.length === 0 && sameStatement(ours, replacement)) return document;
  const first = statements.indexOf(ours);
  const kept = statements.filter((one, at) => at === first || !isOurs(one, grant));
  return { ...document, Statement: kept.with(first, replacement) };
}

/** The trust policy without our statement; `undefined` if nothing is left. The document itself if none is ours. */
export function withoutGrant(document: PolicyDocument, grant: GrantKey): PolicyDocument | undefined {
  const statements = listOf(document.Statement);
  const kept = statements.filter((one) => !isOurs(one, grant));
  if (kept.length === 0) return undefined;
  return kept.length === statements.length ? document : { ...document, Statement: kept };
}

/** Our statements in a trust policy for this provider and subject: one, unless someone has added another. */
export function grantStatements(document: PolicyDocument, grant: GrantKey): readonly Statement[] {
  return listOf(document.Statement).filter((one) => isOurs(one, grant));
}

/** The document's characters as IAM counts them, white space between its parts left out. Source: "IAM and AWS STS quotas". */
export function policySize(document: PolicyDocument): number {
  return JSON.stringify(document).length;
}

/**
 * True for a statement of the very shape that we write, whatever its audience and Sid: anything beside, as a second
 * subject or a further condition, makes it someone else's.
 */
function isOurs(statement: Statement, { providerArn, subject }: GrantKey): boolean {
  if (!isObject(statement)) return false;
  const { Sid: _, ...shape } = statement;
  const issuer = issuerOf(providerArn);
  return textsIn(shape.Condition).some((audience) =>
    sameStatement(shape, pinned(providerArn, issuer, withoutVariables(subject), audience)),
  );
}

/** The texts of a Condition block, under whatever operator and key. */
function textsIn(condition: unknown): readonly string[] {
  const blocks = isObject(condition) ? Object.values(condition).filter(isObject) : [];
  return blocks
    .flatMap((keys) => Object.values(keys).flatMap(toList))
    .filter((value) => typeof value === "string");
}

function pinned(providerArn: string, issuerHostPath: string, sub: string, aud: string): Statement {
  return {
    Effect: "Allow",
    Action: [WEB_IDENTITY_ACTION],
    Principal: { Federated: providerArn },
    Condition: { StringEquals: { [`${issuerHostPath}:sub`]: sub, [`${issuerHostPath}:aud`]: aud } },
  };
}

function withoutVariables(text: string): string {
  return text.replaceAll("${", "${$}{");
}
