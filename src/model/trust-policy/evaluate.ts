import { judgeCondition, type Condition } from "./condition.ts";
import { matchesAction } from "./match.ts";
import { matchesPrincipal, principalId } from "./principal.ts";
import { readTrust, type Selection, type TrustStatement, type Unreadable } from "./read.ts";
import { valuesOf, type TrustRequest } from "./request.ts";
import { allOf, truthOf, type Truth } from "./truth.ts";

/** What a trust policy says to a request. */
export interface TrustEvaluation {
  /** `conditional`: it depends on `unknownKeys`, or on a Deny that could not be read. */
  readonly verdict: "allow" | "conditional" | "deny";
  /** True if a Deny statement applies; a verdict of `deny` without it means that no Allow does. */
  readonly explicit: boolean;
  /** The condition keys that decide a `conditional` verdict, sorted, as the policy spells them; else none. */
  readonly unknownKeys: readonly string[];
  readonly statements: readonly StatementEvaluation[];
}

/** Whether one statement applies to the request, and why not. */
export interface StatementEvaluation {
  readonly index: number;
  readonly sid?: string;
  readonly effect: TrustStatement["effect"];
  readonly applies: Truth;
  readonly unknownKeys: readonly string[];
  /** Everything that keeps the statement from applying. */
  readonly mismatches: readonly Mismatch[];
  /** What could not be read in it. */
  readonly unreadable: readonly Unreadable[];
}

/** What the statement asks for, and what the request brings instead. */
export interface Mismatch {
  readonly element: string;
  /** For a Condition: the operator as IAM spells it, and the key as the policy does. */
  readonly operator?: string;
  readonly key?: string;
  readonly expected: readonly string[];
  readonly actual: readonly string[] | "absent" | "unknown";
}

/**
 * Judges a request by a trust policy, read or as it came from IAM: an applying Deny wins, else an applying Allow
 * admits. Malformed parts never throw and never admit.
 * Source: IAM User Guide, "Policy evaluation logic".
 */
export function evaluateTrust(document: unknown, request: TrustRequest): TrustEvaluation {
  return evaluateStatements(readTrust(document), request);
}

/** `evaluateTrust` for a policy that has been read, where many requests are put to it. */
export function evaluateStatements(trust: readonly TrustStatement[], request: TrustRequest): TrustEvaluation {
  const statements = trust.map((statement) => evaluateStatement(statement, request));
  const allows = statements.filter(({ effect }) => effect === "Allow");
  const denies = statements.filter(({ effect }) => effect !== "Allow");
  const explicit = denies.some(({ applies }) => applies === "yes");
  const admitted = allows.some(({ applies }) => applies === "yes");
  const open = [...(admitted ? [] : allows), ...denies].filter(({ applies }) => applies === "unknown");
  const conditional =
    !explicit && (admitted ? open.length > 0 : open.some(({ effect }) => effect === "Allow"));
  if (conditional) return { verdict: "conditional", explicit, unknownKeys: keysOf(open), statements };
  return { verdict: admitted && !explicit ? "allow" : "deny", explicit, unknownKeys: [], statements };
}

const NONE: readonly string[] = [];

interface Outcome {
  readonly truth: Truth;
  readonly unknownKeys: readonly string[];
  /** Computed on request: most outcomes are not a mismatch. */
  readonly mismatch: () => Mismatch;
}

function evaluateStatement(statement: TrustStatement, request: TrustRequest): StatementEvaluation {
  const { index, sid, effect, unreadable } = statement;
  const outcomes = [
    judgePrincipal(statement.principal, request),
    judgeAction(statement.action, request),
    ...statement.conditions.map((condition) => judge(condition, request)),
  ];
  const truth = allOf(outcomes.map((one) => one.truth));
  const applies = unreadable.length === 0 ? truth : withUnreadable(statement, truth);
  const unread = effect === "Allow" ? [{ unknownKeys: unreadable.flatMap(({ key }) => key ?? []) }] : [];
  return {
    index,
    ...(sid !== undefined && { sid }),
    effect,
    applies,
    unknownKeys: applies === "unknown" ? keysOf([...outcomes, ...unread]) : [],
    mismatches: outcomes.filter((one) => one.truth === "no").map((one) => one.mismatch()),
    unreadable,
  };
}

/** An Allow with a condition that holds if nothing matches is not ruled out by values that IAM may take for no match. */
function withUnreadable({ effect, unreadable }: TrustStatement, truth: Truth): Truth {
  const isRuledOut = effect === "Allow" && unreadable.some(({ mayHold }) => mayHold !== true);
  return isRuledOut || truth === "no" ? "no" : "unknown";
}

function judgePrincipal(selection: TrustStatement["principal"], { principal }: TrustRequest): Outcome {
  return judgeSelection(
    selection,
    (entries) => entries.some((entry) => matchesPrincipal(entry, principal)),
    (entry) => entry.id,
    principalId(principal),
  );
}

function judgeAction(selection: TrustStatement["action"], { action }: TrustRequest): Outcome {
  return judgeSelection(selection, (patterns) => matchesAction(patterns, action), String, action);
}

function judgeSelection<T>(
  { element, negated, items }: Selection<T>,
  names: (items: readonly T[]) => boolean,
  show: (item: T) => string,
  actual: string,
): Outcome {
  const readable = items === "unreadable" ? [] : items;
  const truth = items === "unreadable" ? "unknown" : truthOf(names(items) !== negated);
  return {
    truth,
    unknownKeys: NONE,
    mismatch: () => ({ element, expected: readable.map(show), actual: [actual] }),
  };
}

function judge(condition: Condition, request: TrustRequest): Outcome {
  const { operator, key, expected } = condition;
  const { truth, unknownKeys } = judgeCondition(condition, (name) => valuesOf(request, name));
  return {
    truth,
    unknownKeys,
    mismatch: () => {
      const values = valuesOf(request, key);
      const actual = values === "present" ? "unknown" : values.length === 0 ? "absent" : values;
      return { element: "Condition", operator: operator.name, key, expected, actual };
    },
  };
}

/** Each key once, in the spelling met first. */
function keysOf(parts: readonly { readonly unknownKeys: readonly string[] }[]): readonly string[] {
  const keys = new Map<string, string>();
  for (const key of parts.flatMap(({ unknownKeys }) => unknownKeys)) {
    if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
  }
  return [...keys.values()].toSorted();
}
