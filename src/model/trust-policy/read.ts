import { fixedPatterns, type Condition } from "./condition.ts";
import { isReadable, parseOperator, type Operator } from "./operators.ts";
import { PRINCIPAL_TYPES, type PrincipalEntry } from "./principal.ts";
import { isObject, shown, toList, type Json } from "./shape.ts";

/** A statement in the form that the evaluator works on. */
export interface TrustStatement {
  readonly index: number;
  readonly sid?: string;
  readonly effect: "Allow" | "Deny" | "unreadable";
  readonly principal: Selection<PrincipalEntry>;
  readonly action: Selection<string>;
  readonly conditions: readonly Condition[];
  /** What could not be read. It keeps an Allow from applying unless it may hold, and leaves open whether a Deny applies. */
  readonly unreadable: readonly Unreadable[];
}

/** What an element selects, or with `negated` (NotPrincipal, NotAction) what it leaves out. */
export interface Selection<T> {
  readonly element: string;
  readonly negated: boolean;
  readonly items: readonly T[] | "unreadable";
}

/** A part of a statement that is not what IAM's grammar has there. */
export interface Unreadable {
  readonly element: string;
  readonly operator?: string;
  readonly key?: string;
  readonly value: string;
  /** True for a condition that holds if its values match nothing, which is what IAM may make of values that it can't read. */
  readonly mayHold?: true;
}

type Report = (unreadable: Unreadable) => void;

/**
 * Reads a trust policy as it lives in IAM, without ever failing: what does not fit the grammar is noted in its
 * statement. A document that holds no statement at all trusts nobody.
 */
export function readTrust(document: unknown): readonly TrustStatement[] {
  if (!isObject(document)) return [];
  const { Statement: statements, Version: version } = document;
  if (statements === undefined) return [];
  const variables = version === "2012-10-17";
  return toList(statements).map((statement, index) => readStatement(statement, index, variables));
}

const ELEMENTS = ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Condition"];
const IGNORED = ["Resource", "NotResource"];

function readStatement(raw: unknown, index: number, variables: boolean): TrustStatement {
  const unreadable: Unreadable[] = [];
  const report: Report = (one) => unreadable.push(one);
  const statement = isObject(raw) ? raw : { Statement: raw };
  for (const element of Object.keys(statement)) {
    if (![...ELEMENTS, ...IGNORED].includes(element)) report({ element, value: shown(statement[element]) });
  }
  const { Sid: sid, Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny") report({ element: "Effect", value: shown(effect) });
  return {
    index,
    ...(typeof sid === "string" && { sid }),
    effect: effect === "Allow" || effect === "Deny" ? effect : "unreadable",
    principal: readSelection(statement, "Principal", readPrincipals, report),
    action: readSelection(statement, "Action", readStrings, report),
    conditions: readConditions(statement["Condition"], variables, report),
    unreadable,
  };
}

/** Reads `Name` or `NotName`, of which a statement has exactly one. */
function readSelection<T>(
  statement: Json,
  name: string,
  read: (raw: unknown) => readonly T[] | undefined,
  report: Report,
): Selection<T> {
  const negated = statement[`Not${name}`] !== undefined;
  const element = negated ? `Not${name}` : name;
  const both = negated && statement[name] !== undefined;
  const items = both ? undefined : read(statement[element]);
  // An empty list selects nothing, which is documented; that it then leaves out nothing is not.
  if (items !== undefined && !(negated && items.length === 0)) return { element, negated, items };
  report({ element, value: shown(statement[element]) });
  return { element, negated, items: "unreadable" };
}

function readPrincipals(raw: unknown): readonly PrincipalEntry[] | undefined {
  if (raw === "*") return [{ type: "*", id: "*" }];
  if (!isObject(raw)) return undefined;
  const entries: PrincipalEntry[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const type = PRINCIPAL_TYPES.find((one) => one === name);
    const ids = readStrings(value);
    if (type === undefined || ids === undefined) return undefined;
    for (const id of ids) entries.push({ type, id });
  }
  return entries;
}

/** Reads a Condition block, of a trust policy or of another; what does not fit the grammar is reported. */
export function readConditions(raw: unknown, variables: boolean, report: Report): readonly Condition[] {
  if (raw === undefined) return [];
  if (!isObject(raw)) {
    report({ element: "Condition", value: shown(raw) });
    return [];
  }
  return Object.entries(raw).flatMap(([name, keys]) => readOperator(name, keys, variables, report));
}

function readOperator(name: string, keys: unknown, variables: boolean, report: Report): readonly Condition[] {
  const operator = parseOperator(name);
  if (operator === undefined || !isObject(keys)) {
    report({ element: "Condition", operator: name, value: shown(keys) });
    return [];
  }
  return Object.entries(keys).flatMap(([key, raw]) => {
    const expected = readValues(raw);
    if (expected?.every((value) => isReadable(operator, value)) === true) {
      const patterns = fixedPatterns(expected, variables);
      return [{ operator, key, expected, variables, ...(patterns !== undefined && { patterns }) }];
    }
    const mayHold =
      holdsUnmatched(operator) || expected?.some((value) => isReadable(operator, value)) === true;
    report({ element: "Condition", operator: name, key, value: shown(raw), ...(mayHold && { mayHold }) });
    return [];
  });
}

/** True for operators that can hold without any match: negated ones, and those that hold for an absent key. */
function holdsUnmatched({ set, ifExists, test }: Operator): boolean {
  return ifExists || set === "ForAllValues" || (test.kind === "compare" && test.negated);
}

function readStrings(raw: unknown): readonly string[] | undefined {
  const list = toList(raw);
  return list.every((item) => typeof item === "string") ? list : undefined;
}

/** Booleans and numbers may be unquoted. */
function readValues(raw: unknown): readonly string[] | undefined {
  return readStrings(toList(raw).map((item) => (isScalar(item) ? String(item) : item)));
}

function isScalar(value: unknown): value is boolean | number {
  return typeof value === "boolean" || typeof value === "number";
}
