import type {
  DroppedAction,
  KeptAction,
  NarrowedPolicy,
  Narrowing,
  PolicyOfRole,
} from "../model/narrowed.ts";
import type { PolicyDocument, Statement } from "../model/trust-policy/document.ts";
import { Steps, unlessTooComplex } from "../model/trust-policy/steps.ts";
import { isObject, toList, toStrings } from "../model/trust-policy/shape.ts";
import {
  narrowAction,
  narrowNotAction,
  type ActionFacts,
  type BoundedFacts,
  type Expansion,
} from "./expand.ts";

/** A policy of a role; `undefined` for a document that could not be read. */
export interface RolePolicy {
  readonly policy: PolicyOfRole;
  readonly document: PolicyDocument | undefined;
  /** True for the one that the proposal is written over, whose statements it must have in any case. */
  readonly isOverwritten?: boolean;
}

/** A statement after narrowing; `undefined` if nothing of it is left. */
export interface NarrowedStatement extends Expansion {
  readonly statement: unknown;
  readonly isChanged: boolean;
}

/**
 * Narrows policies to what was used. A policy of which nothing is unused stays as it is; the statements of the others are put
 * together in one document. Resources, conditions and Deny statements are never changed, so that what the result allows was
 * allowed before.
 */
export function narrowPolicies(policies: readonly RolePolicy[], facts: ActionFacts): Narrowing {
  const each = policies.map((one) => ({ ...one, statements: statementsOf(one, facts) }));
  const isNarrowed = each.some(({ statements = [] }) => statements.some(({ isChanged }) => isChanged));
  const fates = each.map(({ policy, document, isOverwritten = false, statements = [] }) => {
    const isReplaced = isOverwritten ? isNarrowed : statements.some(({ isChanged }) => isChanged);
    const fate: NarrowedPolicy["fate"] =
      document === undefined ? "not-read" : isReplaced ? "replaced" : "stays";
    return { policy, fate, document, statements };
  });
  const all = each.flatMap(({ statements = [] }) => statements);
  return {
    document: documentOf(
      fates.filter(({ fate }) => fate === "replaced"),
      fates.some(({ fate }) => fate !== "replaced"),
    ),
    policies: fates.map(({ policy, fate }) => ({ policy, fate })),
    kept: distinct(all.flatMap(({ kept }) => kept)),
    dropped: distinct(all.flatMap(({ dropped }) => dropped)),
  };
}

/** The statements of a policy, each narrowed, in their order; `undefined` for a document that could not be read. */
export function statementsOf(
  { document }: Pick<RolePolicy, "document">,
  facts: ActionFacts,
): readonly NarrowedStatement[] | undefined {
  const bounded = { ...facts, steps: new Steps() };
  return document && toList(document.Statement).map((statement) => narrowStatement(statement, bounded));
}

function narrowStatement(statement: unknown, facts: BoundedFacts): NarrowedStatement {
  const unchanged = { statement, isChanged: false, kept: [], dropped: [] };
  if (!isObject(statement) || statement["Effect"] !== "Allow") return unchanged;
  const { Action, NotAction, ...rest } = statement;
  const found = unlessTooComplex(() => expansionOf(Action, NotAction, facts));
  if (found === undefined || found === "too-complex") return unchanged;
  const { kept, dropped } = found;
  if (dropped.length === 0) return { ...unchanged, kept };
  const actions = distinct(kept).map(({ action }) => action);
  const narrowed = inOrder(statement, { ...rest, Action: actions.length === 1 ? actions[0] : actions });
  return { statement: actions.length === 0 ? undefined : narrowed, isChanged: true, kept, dropped };
}

/**
 * `undefined` for a statement that can't be taken apart, or that IAM would not have.
 * @throws TooComplex if a policy takes more steps than there are
 */
function expansionOf(action: unknown, notAction: unknown, facts: BoundedFacts): Expansion | undefined {
  const listed = notAction === undefined ? action : notAction;
  if (listed === undefined || (notAction !== undefined && action !== undefined)) return undefined;
  const patterns = toStrings(listed);
  if (patterns.length === 0 || patterns.length < toList(listed).length) return undefined;
  if (notAction !== undefined) return narrowNotAction(patterns, facts);
  const each = patterns.map((one) => narrowAction(one, facts));
  const known = each.filter((one) => one !== undefined);
  if (known.length < each.length) return undefined;
  return { kept: known.flatMap(({ kept }) => kept), dropped: known.flatMap(({ dropped }) => dropped) };
}

/** The elements in the order that they had. */
function inOrder(before: object, after: Readonly<Record<string, unknown>>): object {
  const names = Object.keys(before).map((name) => (name === "NotAction" ? "Action" : name));
  return Object.fromEntries(names.map((name) => [name, after[name]]));
}

function distinct<T extends KeptAction | DroppedAction>(actions: readonly T[]): readonly T[] {
  return [...new Map(actions.map((one) => [one.action.toLowerCase(), one])).values()];
}

const LANGUAGE = "2012-10-17";

/**
 * One document of the statements that are left; `undefined` if it would allow nothing.
 * @param hasOthers other policies stay beside it, so that a Deny has something to deny
 */
export function documentOf(
  replaced: readonly {
    readonly document: PolicyDocument | undefined;
    readonly statements: readonly NarrowedStatement[];
  }[],
  hasOthers: boolean,
): PolicyDocument | undefined {
  const statements = replaced.flatMap(({ document, statements: all }) =>
    all.flatMap(({ statement }) =>
      statement === undefined ? [] : [inLanguage(statement, document?.Version)],
    ),
  );
  const isAllowing = statements.some((one) => isObject(one) && one["Effect"] === "Allow");
  // What is denied stays denied of what the other policies allow.
  if (statements.length === 0 || (!isAllowing && !hasOthers)) return undefined;
  return {
    Version: LANGUAGE,
    Statement: withDistinctSids(withoutCopies(statements)) as readonly Statement[],
  };
}

/** A statement of the older language, in which `${` is nothing special, in the newer one. */
function inLanguage(statement: unknown, version: string | undefined): unknown {
  if (version === LANGUAGE) return statement;
  return JSON.parse(JSON.stringify(statement).replaceAll("${", "${$}{")) as unknown;
}

/** Two policies may say the same. */
function withoutCopies(statements: readonly unknown[]): readonly unknown[] {
  const seen = new Set<string>();
  return statements.filter((statement) => {
    const said = JSON.stringify(isObject(statement) ? { ...statement, Sid: undefined } : statement);
    const isNew = !seen.has(said);
    seen.add(said);
    return isNew;
  });
}

/** Two policies may have a Sid that one can't have twice. Source: IAM User Guide, "IAM JSON policy elements: Sid". */
function withDistinctSids(statements: readonly unknown[]): readonly unknown[] {
  const taken = new Set<string>();
  return statements.map((statement) => {
    if (!isObject(statement) || typeof statement["Sid"] !== "string") return statement;
    const sid = statement["Sid"];
    let free = sid;
    for (let number = 2; taken.has(free); number += 1) free = `${sid}${number}`;
    taken.add(free);
    return free === sid ? statement : { ...statement, Sid: free };
  });
}
