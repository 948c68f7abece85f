import type { Statement } from "./document.ts";
import { parseOperator } from "./operators.ts";
import { isProviderKey, mentionsProvider, renameProvider, withoutProvider } from "./provider-condition.ts";
import { conditions, federated, namesIssuer, type IssuerMove, type IssuerName } from "./rename-issuer.ts";
import { isObject, toList, type Json } from "./shape.ts";

/**
 * The statement with the new issuer's provider added wherever a negated `aws:FederatedProvider` condition excludes the
 * old one: a policy that excludes the one means to exclude the other. `undefined` if there is no such condition, or if
 * it mentions the old issuer in another way.
 */
export function exceptingBoth(
  statement: Statement,
  { from, to }: IssuerMove,
  variables: boolean,
): Statement | undefined {
  // Where it says more of the old issuer, taking that out again would leave less than was there.
  const saysMore = namesIssuer(
    exceptions(() => []),
    from,
    variables,
  );
  const widened = exceptions((list) => [
    ...list,
    ...list.filter((value) => mentionsProvider(value, from)).map((value) => renameProvider(value, from, to)),
  ]);
  return saysMore || withoutIssuer(widened, from, variables) === undefined ? undefined : widened;

  /** The statement with the values of its negated conditions on the provider changed. */
  function exceptions(change: (values: readonly unknown[]) => readonly unknown[]): Statement {
    const changed = Object.entries(statement.Condition ?? {}).map(([operator, keys]: [string, unknown]) => {
      const test = parseOperator(operator)?.test;
      if (!isObject(keys) || test?.kind !== "compare" || !test.negated) return [operator, keys];
      return [operator, mapValues(keys, change)];
    });
    return { ...statement, Condition: Object.fromEntries(changed) as Statement["Condition"] } as Statement;
  }
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
  const prefix = `${issuer.issuerHostPath.toLowerCase()}:`;
  const operators = Object.entries(block ?? {}).map(
    ([name, keys]) =>
      [
        name,
        Object.entries(keys)
          .filter(([key]) => !key.toLowerCase().startsWith(prefix))
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

/** Values that no change touches stay as they are written. */
function mapValues(keys: Json, change: (values: readonly unknown[]) => readonly unknown[]): Json {
  return Object.fromEntries(
    Object.entries(keys).map(([key, values]) => {
      const list = toList(values);
      const changed = isProviderKey(key) ? change(list) : list;
      return [key, changed.length === list.length ? values : changed];
    }),
  );
}
