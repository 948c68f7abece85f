import type { Statement } from "./document.ts";
import { parseOperator } from "./operators.ts";
import { FEDERATED_PROVIDER } from "./request.ts";
import { isObject, toList, type Json } from "./shape.ts";

/** An issuer as trust policies name it: by its provider's ARN, and by host and path before condition keys. */
export interface IssuerName {
  readonly providerArn: string;
  /** The issuer without `https://`. */
  readonly issuerHostPath: string;
}

/** From which issuer to which. */
export interface IssuerMove {
  readonly from: IssuerName;
  readonly to: IssuerName;
}

/**
 * True if the statement names the issuer where it counts: as a principal, a condition key, or a policy variable.
 * @param variables whether policy variables count, as they do from Version 2012-10-17 on
 */
export function namesIssuer(statement: unknown, issuer: IssuerName, variables: boolean): boolean {
  if (!isObject(statement)) return false;
  const { providerArn, issuerHostPath } = issuer;
  const marked = `${issuerHostPath.toLowerCase()}:`;
  return (
    [statement["Principal"], statement["NotPrincipal"]].some((one) => federated(one).includes(providerArn)) ||
    conditions(statement).some(
      ([, key, values]) =>
        key.toLowerCase().startsWith(marked) ||
        toList(values).some(
          (value) =>
            value === providerArn ||
            (isProviderKey(key) && mentionsProvider(value, issuer)) ||
            (variables && mentionsVariable(value, marked)),
        ),
    )
  );
}

/** True for `aws:FederatedProvider`, whose values are providers, also as patterns. */
function isProviderKey(key: string): boolean {
  return key.toLowerCase() === FEDERATED_PROVIDER.toLowerCase();
}

/** True if a value of `aws:FederatedProvider` holds the issuer, as `arn:aws:iam::*:oidc-provider/<issuer>`. */
function mentionsProvider(value: unknown, { issuerHostPath }: IssuerName): boolean {
  if (typeof value !== "string") return false;
  const [, ...behind] = value.split(issuerHostPath);
  return behind.some((rest) => !CONTINUES.test(rest));
}

/** What goes on with an issuer's host and path: then another issuer is meant that merely begins so. */
const CONTINUES = /^[\w.\-~%]/;

/**
 * The statement with the new issuer's provider beside the old one's, where a negated `aws:FederatedProvider` condition
 * leaves the old one out: who keeps others away by it means the new one as little. `undefined` where it has none, or
 * says more of the old issuer than that.
 */
export function exceptingBoth(
  statement: Statement,
  { from, to }: IssuerMove,
  variables: boolean,
): Statement | undefined {
  const { Condition: block } = statement;
  if (!isObject(block)) return undefined;
  const widened = Object.entries(block).map(([operator, keys]: [string, unknown]) => {
    const test = parseOperator(operator)?.test;
    if (!isObject(keys) || test?.kind !== "compare" || !test.negated) return [operator, keys];
    return [operator, mapValues(keys, (key, values) => (isProviderKey(key) ? both(values) : values))];
  });
  const rest = {
    ...statement,
    Condition: Object.fromEntries(widened) as Statement["Condition"],
  } as Statement;
  const isWider = namesIssuer(rest, to, variables) && !namesIssuer(statement, to, variables);
  const without = withoutIssuer(rest, from, variables);
  return isWider && without !== undefined ? rest : undefined;

  function both(values: unknown): unknown {
    const list = toList(values);
    const added = list
      .filter((value) => mentionsProvider(value, from))
      .map((value) => renameProvider(value, { from, to }));
    return added.length === 0 ? values : [...list, ...added];
  }
}

/**
 * The provider's ARN as the statement spells it where upper and lower case are not the issuer's own. IAM compares the
 * keys of conditions without regard to case, and principals with it: half of such a statement would be moved.
 */
export function spelledOtherwise(statement: unknown, { providerArn }: IssuerName): string | undefined {
  if (!isObject(statement)) return undefined;
  const named = [statement["Principal"], statement["NotPrincipal"]].flatMap(federated);
  const values = conditions(statement).flatMap(([, , inner]) => toList(inner));
  return [...named, ...values]
    .filter((text) => typeof text === "string")
    .find((text) => text !== providerArn && text.toLowerCase() === providerArn.toLowerCase());
}

/**
 * True if the document holds the issuer's host and path anywhere, be it where it does not count, as with `https://`
 * before it. Another issuer that merely begins so is not meant.
 */
export function mentionsIssuer(
  document: unknown,
  { issuerHostPath }: Pick<IssuerName, "issuerHostPath">,
): boolean {
  const text = JSON.stringify(document).toLowerCase();
  const [, ...behind] = text.split(issuerHostPath.toLowerCase());
  return behind.some((rest) => !CONTINUES.test(rest));
}

/**
 * The statement with one issuer's name in the place of the other's: principals, condition keys and policy variables.
 * Operators, lists, claims and everything else stay. `undefined` where two condition keys would become one.
 * @param variables whether policy variables count, as they do from Version 2012-10-17 on
 */
export function renameIssuer(
  statement: Statement,
  move: IssuerMove,
  variables: boolean,
): Statement | undefined {
  const renamed = Object.entries(statement).map(([element, value]: [string, unknown]) => {
    if (element === "Principal" || element === "NotPrincipal") return [element, renamePrincipal(value, move)];
    if (element === "Condition") return [element, renameConditions(value, move, variables)];
    return [element, value];
  });
  return renamed.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(renamed);
}

/**
 * The statement less one issuer of several: its principal, the condition keys that only its tokens have, and the values
 * of `aws:FederatedProvider` that name it. `undefined` where it is neither principal nor such a value, or the only one,
 * or named in yet another way. Whether the rest means the same is for the evaluator to say.
 */
export function withoutIssuer(
  statement: Statement,
  issuer: IssuerName,
  variables: boolean,
): Statement | undefined {
  const { Principal: principal, Condition: block } = statement;
  const named = federated(principal);
  const left = named.filter((id) => id !== issuer.providerArn);
  const marked = `${issuer.issuerHostPath.toLowerCase()}:`;
  const operators = Object.entries(block ?? {}).map(
    ([name, keys]) =>
      [
        name,
        Object.entries(keys)
          .filter(([key]) => !key.toLowerCase().startsWith(marked))
          .map(
            ([key, values]) => [key, isProviderKey(key) ? withoutProvider(values, issuer) : values] as const,
          ),
      ] as const,
  );
  const values = operators.flatMap(([, keys]) => keys.map(([, inner]) => toList(inner).length));
  const kept = operators.filter(([, keys]) => keys.length > 0);
  const rest = {
    ...statement,
    ...(isObject(principal) && named.length > 0 && { Principal: { ...principal, Federated: left } }),
    ...(block !== undefined && {
      Condition: Object.fromEntries(kept.map(([name, keys]) => [name, Object.fromEntries(keys)])),
    }),
  } as unknown as Statement;
  const listsIt =
    left.length < named.length ||
    conditions(statement).some(
      ([, key, inner]) =>
        isProviderKey(key) && toList(inner).some((value) => mentionsProvider(value, issuer)),
    );
  const isLeft = (named.length === 0 || left.length > 0) && !values.includes(0);
  return !listsIt || !isLeft || namesIssuer(rest, issuer, variables) ? undefined : rest;
}

function withoutProvider(values: unknown, issuer: IssuerName): unknown {
  const left = toList(values).filter((value) => !mentionsProvider(value, issuer));
  return Array.isArray(values) && left.length !== 1 ? left : (left[0] ?? []);
}

function renamePrincipal(principal: unknown, { from, to }: IssuerMove): unknown {
  if (!isObject(principal)) return principal;
  const rename = (id: unknown): unknown => (id === from.providerArn ? to.providerArn : id);
  return {
    ...principal,
    ...("Federated" in principal && { Federated: each(principal["Federated"], rename) }),
  };
}

function renameConditions(block: unknown, move: IssuerMove, variables: boolean): Json | undefined {
  if (!isObject(block)) return undefined;
  const operators = Object.entries(block).map(([operator, keys]) => {
    const renamed = isObject(keys) ? renameKeys(keys, move, variables) : undefined;
    return [operator, renamed] as const;
  });
  return operators.some(([, keys]) => keys === undefined) ? undefined : Object.fromEntries(operators);
}

/** Key names are case-insensitive; the claim stays as it is spelled. */
function renameKeys(keys: Json, { from, to }: IssuerMove, variables: boolean): Json | undefined {
  const marked = `${from.issuerHostPath.toLowerCase()}:`;
  const renamed = Object.entries(keys).map(([key, values]) => [
    key.toLowerCase().startsWith(marked) ? `${to.issuerHostPath}${key.slice(marked.length - 1)}` : key,
    each(values, (value) =>
      renameValue(isProviderKey(key) ? renameProvider(value, { from, to }) : value, { from, to }, variables),
    ),
  ]);
  const names = new Set(renamed.map(([key]) => String(key).toLowerCase()));
  return names.size < renamed.length ? undefined : (Object.fromEntries(renamed) as Json);
}

function renameValue(value: unknown, { from, to }: IssuerMove, variables: boolean): unknown {
  if (value === from.providerArn) return to.providerArn;
  if (typeof value !== "string" || !variables) return value;
  const marked = "${" + from.issuerHostPath.toLowerCase() + ":";
  let renamed = "";
  let rest = value;
  for (let at = indexOf(rest, marked); at >= 0; at = indexOf(rest, marked)) {
    renamed += `${rest.slice(0, at)}\${${to.issuerHostPath}:`;
    rest = rest.slice(at + marked.length);
  }
  return renamed + rest;
}

function renameProvider(value: unknown, { from, to }: IssuerMove): unknown {
  if (typeof value !== "string") return value;
  return value
    .split(from.issuerHostPath)
    .reduce(
      (done, rest) => `${done}${CONTINUES.test(rest) ? from.issuerHostPath : to.issuerHostPath}${rest}`,
    );
}

function mapValues(keys: Json, change: (key: string, values: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, change(key, values)]));
}

function indexOf(text: string, lowerCase: string): number {
  return text.toLowerCase().indexOf(lowerCase);
}

function mentionsVariable(value: unknown, marked: string): boolean {
  return typeof value === "string" && value.toLowerCase().includes(`\${${marked}`);
}

function federated(principal: unknown): readonly unknown[] {
  return isObject(principal) && "Federated" in principal ? toList(principal["Federated"]) : [];
}

/** Operator, key and values of each condition of a statement. */
export function conditions(statement: unknown): readonly (readonly [string, string, unknown])[] {
  const block = isObject(statement) ? statement["Condition"] : undefined;
  return Object.entries(isObject(block) ? block : {}).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => [operator, key, values] as const),
  );
}

/** IAM's one-or-many notation, changed and kept as it is. */
function each(values: unknown, change: (value: unknown) => unknown): unknown {
  return Array.isArray(values) ? values.map(change) : change(values);
}
