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
  const { verdict, explicit, open } = verdictFrom(statements);
  return {
    verdict,
    explicit,
    unknownKeys: verdict === "conditional" ? keysOf(open) : [],
    statements,
  };
}

/** The verdict of `evaluateStatements` by itself: what a statement lacks is not explained, and not looked for further. */
export function verdictOf(
  trust: readonly TrustStatement[],
  request: TrustRequest,
): TrustEvaluation["verdict"] {
  return verdictFrom(trust.map((one) => ({ effect: one.effect, applies: appliesTo(one, request) }))).verdict;
}

interface Applying {
  readonly effect: TrustStatement["effect"];
  readonly applies: Truth;
}

function verdictFrom<Statement extends Applying>(
  statements: readonly Statement[],
): Pick<TrustEvaluation, "verdict" | "explicit"> & { readonly open: readonly Statement[] } {
  const allows = statements.filter(({ effect }) => effect === "Allow");
  const denies = statements.filter(({ effect }) => effect !== "Allow");
  const explicit = denies.some((one) => one.applies === "yes");
  const admitted = allows.some((one) => one.applies === "yes");
  const open = [...(admitted ? [] : allows), ...denies].filter((one) => one.applies === "unknown");
  const conditional =
    !explicit && (admitted ? open.length > 0 : open.some(({ effect }) => effect === "Allow"));
  if (conditional) return { verdict: "conditional", explicit, open };
  return { verdict: admitted && !explicit ? "allow" : "deny", explicit, open };
}

const NONE: readonly string[] = [];

/** How one element of a statement is judged; what it lacks is looked for afterwards, as most lack nothing. */
interface Outcome {
  readonly truth: Truth;
  readonly unknownKeys: readonly string[];
}

function evaluateStatement(statement: TrustStatement, request: TrustRequest): StatementEvaluation {
  const { index, sid, effect, unreadable } = statement;
  const outcomes = outcomesOf(statement, request);
  const applies = applied(
    statement,
    outcomes.map((one) => one.truth),
  );
  const unread = effect === "Allow" ? [{ unknownKeys: unreadable.flatMap(({ key }) => key ?? []) }] : [];
  return {
    index,
    ...(sid !== undefined && { sid }),
    effect,
    applies,
    unknownKeys: applies === "unknown" ? keysOf([...outcomes, ...unread]) : [],
    mismatches: mismatchesOf(statement, request, outcomes),
    unreadable,
  };
}

/** Whether a statement applies: what is ruled out needs no further look. */
function appliesTo(statement: TrustStatement, request: TrustRequest): Truth {
  const truths: Truth[] = [];
  for (const judged of [judgePrincipal, judgeAction]) truths.push(judged(statement, request).truth);
  for (const condition of statement.conditions) {
    if (truths.includes("no")) break;
    truths.push(judgeCondition(condition, (name) => valuesOf(request, name)).truth);
  }
  return applied(statement, truths);
}

function applied(statement: TrustStatement, truths: readonly Truth[]): Truth {
  const truth = allOf(truths);
  return statement.unreadable.length === 0 ? truth : withUnreadable(statement, truth);
}

/** An Allow with a condition that holds if nothing matches is not ruled out by values that IAM may take for no match. */
function withUnreadable({ effect, unreadable }: TrustStatement, truth: Truth): Truth {
  const isRuledOut = effect === "Allow" && unreadable.some(({ mayHold }) => mayHold !== true);
  return isRuledOut || truth === "no" ? "no" : "unknown";
}

/** Of the principal, the action, and each condition. */
function outcomesOf(statement: TrustStatement, request: TrustRequest): readonly Outcome[] {
  const outcomes = [judgePrincipal(statement, request), judgeAction(statement, request)];
  for (const condition of statement.conditions)
    outcomes.push(judgeCondition(condition, (name) => valuesOf(request, name)));
  return outcomes;
}

function judgePrincipal({ principal }: TrustStatement, request: TrustRequest): Outcome {
  const { items, negated } = principal;
  if (items === "unreadable") return UNREADABLE;
  return OUTCOMES[truthOf(items.some((entry) => matchesPrincipal(entry, request.principal)) !== negated)];
}

function judgeAction({ action }: TrustStatement, request: TrustRequest): Outcome {
  const { items, negated } = action;
  if (items === "unreadable") return UNREADABLE;
  return OUTCOMES[truthOf(matchesAction(items, request.action) !== negated)];
}

const UNREADABLE: Outcome = { truth: "unknown", unknownKeys: NONE };
const OUTCOMES: Readonly<Record<Truth, Outcome>> = {
  yes: { truth: "yes", unknownKeys: NONE },
  no: { truth: "no", unknownKeys: NONE },
  unknown: UNREADABLE,
};

/** @param outcomes those of `outcomesOf` */
function mismatchesOf(
  { principal, action, conditions }: TrustStatement,
  request: TrustRequest,
  [ofPrincipal, ofAction, ...ofConditions]: readonly Outcome[],
): readonly Mismatch[] {
  const mismatches: Mismatch[] = [];
  if (ofPrincipal?.truth === "no")
    mismatches.push(ofSelection(principal, ({ id }) => id, principalId(request.principal)));
  if (ofAction?.truth === "no") mismatches.push(ofSelection(action, String, request.action));
  for (const [at, condition] of conditions.entries())
    if (ofConditions[at]?.truth === "no") mismatches.push(ofCondition(condition, request));
  return mismatches;
}

function ofSelection<T>(
  { element, items }: Selection<T>,
  show: (item: T) => string,
  actual: string,
): Mismatch {
  return { element, expected: items === "unreadable" ? [] : items.map(show), actual: [actual] };
}

function ofCondition({ operator, key, expected }: Condition, request: TrustRequest): Mismatch {
  const values = valuesOf(request, key);
  const actual = values === "present" ? "unknown" : values.length === 0 ? "absent" : values;
  return { element: "Condition", operator: operator.name, key, expected, actual };
}

/** Each key once, in the spelling met first. */
function keysOf(parts: readonly { readonly unknownKeys: readonly string[] }[]): readonly string[] {
  const keys = new Map<string, string>();
  for (const key of parts.flatMap(({ unknownKeys }) => unknownKeys)) {
    if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
  }
  return [...keys.values()].toSorted();
}
