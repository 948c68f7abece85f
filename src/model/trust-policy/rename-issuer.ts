import type { Statement } from "./document.ts";
import { continuesName, isProviderKey, mentionsProvider, renameProvider } from "./provider-condition.ts";
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
  const prefix = `${issuerHostPath.toLowerCase()}:`;
  return (
    [statement["Principal"], statement["NotPrincipal"]].some((one) => federated(one).includes(providerArn)) ||
    conditions(statement).some(
      ([, key, values]) =>
        key.toLowerCase().startsWith(prefix) ||
        toList(values).some(
          (value) =>
            value === providerArn ||
            (isProviderKey(key) && mentionsProvider(value, issuer)) ||
            (variables && mentionsVariable(value, prefix)),
        ),
    )
  );
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
  return behind.some((rest) => !continuesName(rest));
}

/**
 * The statement with one issuer's name replaced by the other's: in principals, condition keys and policy variables.
 * Operators, lists, claims and everything else are kept. `undefined` if two condition keys would become the same.
 * @param variables whether policy variables are supported, as from Version 2012-10-17 on
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
  const prefix = `${from.issuerHostPath.toLowerCase()}:`;
  const renamed = Object.entries(keys).map(([key, values]) => [
    key.toLowerCase().startsWith(prefix) ? `${to.issuerHostPath}${key.slice(prefix.length - 1)}` : key,
    each(values, (value) =>
      renameValue(isProviderKey(key) ? renameProvider(value, from, to) : value, { from, to }, variables),
    ),
  ]);
  const names = new Set(renamed.map(([key]) => String(key).toLowerCase()));
  return names.size < renamed.length ? undefined : (Object.fromEntries(renamed) as Json);
}

function renameValue(value: unknown, { from, to }: IssuerMove, variables: boolean): unknown {
  if (value === from.providerArn) return to.providerArn;
  if (typeof value !== "string" || !variables) return value;
  const prefix = "${" + from.issuerHostPath.toLowerCase() + ":";
  let renamed = "";
  let rest = value;
  for (let at = indexOf(rest, prefix); at >= 0; at = indexOf(rest, prefix)) {
    renamed += `${rest.slice(0, at)}\${${to.issuerHostPath}:`;
    rest = rest.slice(at + prefix.length);
  }
  return renamed + rest;
}

function indexOf(text: string, lowerCase: string): number {
  return text.toLowerCase().indexOf(lowerCase);
}

function mentionsVariable(value: unknown, prefix: string): boolean {
  return typeof value === "string" && value.toLowerCase().includes(`\${${prefix}`);
}

/** The identity providers that a Principal element lists. */
export function federated(principal: unknown): readonly unknown[] {
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
