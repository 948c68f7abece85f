import type { Statement } from "./document.ts";
import { near, type GrantWay, type Stranger } from "./grant-way.ts";
import { issuerOf, WEB_IDENTITY_ACTION, webIdentityRequest } from "./request.ts";
import { sameStatement } from "./same.ts";
import { isObject, toList } from "./shape.ts";

/** What one ServiceAccount of one cluster needs of a trust policy to assume the role with its token (IRSA). */
export interface WebIdentityGrant {
  readonly way?: never;
  readonly providerArn: string;
  /** The issuer without `https://`. */
  readonly issuerHostPath: string;
  /** The `sub` of the ServiceAccount's tokens. */
  readonly subject: string;
  /** The `aud` of the ServiceAccount's tokens. */
  readonly audience: string;
}

/** Which statement of a trust policy is ours: provider and subject decide. */
export type WebIdentityKey = Pick<WebIdentityGrant, "way" | "providerArn" | "subject">;

/** IRSA, as it shows in trust policies: of our statements, audience and Sid may be any. */
export const WEB_IDENTITY: GrantWay<WebIdentityKey, WebIdentityGrant> = {
  statement: webIdentityStatement,
  isOurs(statement, { providerArn, subject }) {
    if (!isObject(statement)) return false;
    const { Sid: _, ...shape } = statement;
    const issuer = issuerOf(providerArn);
    const sub = withoutVariables(subject);
    const ours = textsIn(shape.Condition).map((audience) => pinned(providerArn, issuer, sub, audience));
    // Mostly it is as we wrote it, to the letter.
    const text = JSON.stringify(shape);
    return ours.some((one) => JSON.stringify(one) === text) || ours.some((one) => sameStatement(shape, one));
  },
  requests: (grant) => [webIdentityRequest(grant)],
  strangers,
};

/**
 * The statement that allows the ServiceAccount and nobody else: it pins `sub` and `aud`. Both are taken literally, since an
 * audience is free text that a tenant may set, and a policy variable in it would match any token.
 */
export function webIdentityStatement({
  providerArn,
  issuerHostPath,
  subject,
  audience,
}: WebIdentityGrant): Statement {
  return pinned(providerArn, issuerHostPath, withoutVariables(subject), withoutVariables(audience));
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

function strangers(grant: WebIdentityGrant): readonly Stranger<WebIdentityGrant>[] {
  const { subject, audience, issuerHostPath, providerArn } = grant;
  const [name = "", namespace = "", ...head] = subject.split(":").toReversed();
  const subjectOf = (...parts: readonly string[]) => [...head.toReversed(), ...parts].join(":");
  return [
    ...near(namespace).map((value) => stranger("namespace", value, { subject: subjectOf(value, name) })),
    ...near(name).map((value) =>
      stranger("service-account", value, { subject: subjectOf(namespace, value) }),
    ),
    ...near(audience).map((value) => stranger("audience", value, { audience: value })),
    stranger("provider", `${providerArn}0`, {
      providerArn: `${providerArn}0`,
      issuerHostPath: `${issuerHostPath}0`,
    }),
  ];

  function stranger(
    what: Stranger<WebIdentityGrant>["what"],
    value: string,
    difference: Partial<WebIdentityGrant>,
  ): Stranger<WebIdentityGrant> {
    return { what, value, caller: { ...grant, ...difference } };
  }
}
