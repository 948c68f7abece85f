import { splitArn } from "../arn.ts";
import { DEFAULT_AUDIENCE } from "../issuer.ts";
import type { TrustStatement } from "./read.ts";
import type { IssuerMove, IssuerName } from "./rename-issuer.ts";
import {
  contextOf,
  FEDERATED_PROVIDER,
  issuerOf,
  valuesOf,
  webIdentityRequest,
  type RequestPrincipal,
  type TrustRequest,
  type WebIdentity,
} from "./request.ts";
import { stepsOf, type Steps } from "./steps.ts";
import { hasVariable } from "./variables.ts";

/** Who is put to a trust policy before and after a move. */
export interface Callers {
  readonly tokens: readonly Token[];
  /** Issuers that are neither moved from nor to, and one that the policy does not name. */
  readonly issuers: readonly IssuerName[];
  readonly principals: readonly { readonly name: string; readonly request: TrustRequest }[];
}

/** Who comes with a token of an issuer's. */
export interface Token {
  readonly subject: string;
  readonly audience: string;
}

/**
 * Everybody that the statements speak of, and their nearest neighbors.
 * @throws TooComplex where there are more of them than steps
 */
export function callersOf(statements: readonly TrustStatement[], move: IssuerMove, steps: Steps): Callers {
  const entries = statements.flatMap(({ principal: { items } }) => (items === "unreadable" ? [] : items));
  const providers = entries.filter(({ type, id }) => type === "Federated" && id !== "*").map(({ id }) => id);
  return {
    tokens: tokensOf(statements, steps),
    issuers: otherIssuers(
      [...providers, ...statements.flatMap(providersAsked)]
        .map(issuerOf)
        .concat(statements.flatMap(issuersInKeys)),
      move,
    ),
    principals: entries.flatMap(({ type, id }) => principalsOf(type, id)),
  };
}

/**
 * The possible values of keys that are only known when the token is presented: absent, as some condition of the policy
 * requires, or different. If all were unknown, one condition could hide the outcome of another.
 */
export function circumstancesOf(
  statements: readonly TrustStatement[],
  token: Token,
  steps: Steps,
): readonly NonNullable<WebIdentity["facts"]>[] {
  steps.spend(stepsOf(statements));
  const request = webIdentityRequest({ providerArn: "", issuerHostPath: "", ...token });
  const open = new Map<string, Set<string>>();
  for (const { key, expected } of statements.flatMap(({ conditions }) => conditions)) {
    if (valuesOf(request, key) !== "unknown") continue;
    const name = key.toLowerCase();
    open.set(name, new Set([...(open.get(name) ?? []), ...askedBy(expected, token)]));
  }
  if (open.size === 0) return [];
  const keys = [...open].map(([key, asked]) => [key, [...asked, otherThan(key)]] as const);
  const usual = Object.fromEntries(keys.map(([key, [first]]) => [key, first]));
  const absent = Object.fromEntries(keys.map(([key]) => [key, []]));
  const varied = keys.flatMap(([key, [, ...more]]) => more.map((value) => ({ ...usual, [key]: value })));
  return [absent, usual, ...varied];
}

/** What meets one condition: its first value will do, an address for its range, what a variable may bring in. */
function askedBy([value = ""]: readonly string[], { subject, audience }: Token): readonly string[] {
  if (hasVariable(value)) return [subject, audience];
  return [filled(value)[1] ?? value].map((text) => /^([\d.]+|[\da-f:]+)(?=\/\d+$)/i.exec(text)?.[0] ?? text);
}

/** Of the addresses that are kept for documentation (RFC 5737), or a word. */
function otherThan(key: string): string {
  return key.endsWith("ip") ? "203.0.113.77" : "other";
}

/** One of subject and audience is always one that the policy knows: what it says of the other shows then. */
function tokensOf(statements: readonly TrustStatement[], steps: Steps): readonly Token[] {
  const valuesOf = (claim: string): readonly string[] =>
    statements
      .flatMap(({ conditions }) => conditions)
      .filter(({ key }) => key.toLowerCase().endsWith(`:${claim}`))
      .flatMap(({ expected }) => expected);
  const [subs, auds] = [unique(valuesOf("sub")), unique(valuesOf("aud"))];
  const subjects = unique(["system:serviceaccount:other:other", ...subs.flatMap(filled)]);
  const audiences = unique([DEFAULT_AUDIENCE, "other", ...auds.flatMap(filled)]);
  const near = unique(subs.flatMap(neighbors));
  steps.spend((subjects.length + near.length) * (audiences.length + auds.length));
  const pairs = [
    ...product(subjects, [...audiences, ...auds.map((value) => `${value}0`)]),
    ...product(near, audiences),
  ];
  return [...new Map(pairs.map((pair) => [JSON.stringify(pair), pair])).values()];
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

function product(subjects: readonly string[], audiences: readonly string[]): readonly Token[] {
  return subjects.flatMap((subject) => audiences.map((audience) => ({ subject, audience })));
}

function neighbors(value: string): readonly string[] {
  return [`${value}0`, `0${value}`, value.slice(0, -1), value.toUpperCase()];
}

/** A value, and an example of what its wildcards match; the same value if it has none. */
function filled(value: string): readonly string[] {
  return [value, ...["", "a", "a:a"].map((text) => value.replaceAll("*", text).replaceAll("?", "a"))];
}

/** The providers that conditions on the provider itself name. */
function providersAsked({ conditions }: TrustStatement): readonly string[] {
  return conditions
    .filter(({ key }) => key.toLowerCase() === FEDERATED_PROVIDER.toLowerCase())
    .flatMap(({ expected }) => expected.flatMap(filled))
    .filter((value) => /:oidc-provider\/[^*?$]+$/.test(value));
}

function issuersInKeys({ conditions }: TrustStatement): readonly string[] {
  return conditions.map(({ key }) => key.slice(0, key.lastIndexOf(":"))).filter((name) => /[./]/.test(name));
}

function otherIssuers(hostPaths: readonly string[], { from, to }: IssuerMove): readonly IssuerName[] {
  const head = from.providerArn.slice(0, -from.issuerHostPath.length);
  const moved = new Set([from, to].map(({ issuerHostPath }) => issuerHostPath.toLowerCase()));
  const others = new Map([...hostPaths, `${to.issuerHostPath}0`].map((one) => [one.toLowerCase(), one]));
  return [...others]
    .filter(([lower]) => !moved.has(lower))
    .map(([, issuerHostPath]) => ({ issuerHostPath, providerArn: `${head}${issuerHostPath}` }));
}

function principalsOf(type: string, id: string): Callers["principals"] {
  const request = (principal: RequestPrincipal): Callers["principals"] => [
    { name: id, request: { principal, action: "sts:AssumeRole", context: contextOf({}), others: "unknown" } },
  ];
  if (type === "Service") return request({ type, id });
  if (type === "AWS" && id !== "*")
    return request({ type, arn: id, awsAccount: splitArn(id)?.awsAccount ?? id });
  return [];
}
