import { Failure } from "../../model/failure.ts";
import { printable } from "../../model/printable.ts";
import { jsonText } from "../json.ts";
import { Budget } from "./budget.ts";
import type { Operator, Path, Step, Template } from "./template.ts";

/**
 * The text of a template for a value. What is missing is nothing, as for kubectl; what the value says is made printable,
 * what the template says is the operator's.
 * @throws Failure of kind `input` where a step does not fit the value, or where it would be endlessly much
 */
export function textOf(template: Template, value: unknown, budget = new Budget()): string {
  return template
    .map((part) => {
      switch (part.kind) {
        case "text":
          return budget.write(part.text);
        case "path":
          return valuesOf(part.path, value, budget)
            .map((one) => budget.write(isText(part.path) ? String(one) : shown(one)))
            .join(" ");
        case "range":
          return valuesOf(part.path, value, budget)
            .map((one) => textOf(part.body, one, budget))
            .join("");
      }
    })
    .join("");
}

/** The values that a path leads to. */
export function valuesOf(path: Path, value: unknown, budget = new Budget()): readonly unknown[] {
  let values: readonly unknown[] = [value];
  for (const step of path) {
    values = follow(step, values, budget);
    budget.visit(values.length);
  }
  return values;
}

/** A value as text, fit for one line. */
export function shown(value: unknown): string {
  if (typeof value === "string") return printable(value);
  return typeof value === "object" && value !== null ? jsonText(sorted(value), 0) : String(value);
}

/** True where the last word is the template's own. */
function isText(path: Path): boolean {
  return path.at(-1)?.kind === "value";
}

/** Go writes the keys of a map in their order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

function follow(step: Step, values: readonly unknown[], budget: Budget): readonly unknown[] {
  switch (step.kind) {
    case "value":
      return typeof step.value === "string" ? [step.value] : values.map(() => step.value);
    case "field":
      return values.flatMap((value) => fieldOf(value, step.name));
    case "wildcard":
      return values.flatMap(partsOf);
    case "recursive":
      return values.flatMap(allIn);
    case "index":
      return values.flatMap((value) => indexed(value, step));
    case "slice":
      return values.flatMap((value) => sliced(value, step));
    case "union":
      return step.paths.flatMap((path) => values.flatMap((value) => valuesOf(path, value, budget)));
    case "filter":
      return values.flatMap((value) => listOf(value, step).filter((one) => passes(one, step, budget)));
  }
}

function fieldOf(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const found = Object.entries(value).find(([key]) => key === name);
  return found === undefined ? [] : [found[1]];
}

function partsOf(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

/** The value with all that is in it, as far as it has parts; kubectl counts a text among these. */
function allIn(value: unknown): readonly unknown[] {
  const parts = partsOf(value);
  const hasParts = parts.length > 0 || (typeof value === "string" && value !== "");
  return hasParts ? [value, ...parts.flatMap(allIn)] : [];
}

function listOf(value: unknown, step: Step): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (value === null && step.kind !== "filter") return [];
  throw problem(`${typeName(value)} is not a list`, step);
}

function indexed(value: unknown, step: Extract<Step, { kind: "index" }>): readonly unknown[] {
  if (value === null) return [];
  const list = listOf(value, step);
  const index = step.index < 0 ? step.index + list.length : step.index;
  if (index < 0 || index >= list.length)
    throw problem(`index ${step.index} is out of range: the list has ${list.length}`, step);
  return [list[index]];
}

function sliced(value: unknown, step: Extract<Step, { kind: "slice" }>): readonly unknown[] {
  const list = listOf(value, step);
  const from = fromEnd(step.start ?? 0, list.length);
  const to = fromEnd(step.end ?? list.length, list.length);
  if (from === to) return [];
  if (from < 0 || from >= list.length || to < 0 || to > list.length)
    throw problem(`slice ${from}:${to} is out of range: the list has ${list.length}`, step);
  if (from > to) throw problem(`slice ${from}:${to} ends before it starts`, step);
  return list.slice(from, to).filter((_, at) => at % (step.step ?? 1) === 0);
}

function fromEnd(index: number, length: number): number {
  return index < 0 ? index + length : index;
}

function passes(value: unknown, step: Extract<Step, { kind: "filter" }>, budget: Budget): boolean {
  const lefts = valuesOf(step.left, value, budget);
  if (step.test === null) return lefts.length > 0;
  const rights = valuesOf(step.test.right, value, budget);
  if (lefts.length === 0 || rights.length === 0) return false;
  if (lefts.length > 1 || rights.length > 1)
    throw problem("a filter can compare only one value at a time", step);
  return compared(lefts[0], step.test.operator, rights[0], step);
}

/** Whether an operator holds for the sign of left minus right. */
const HOLDS: Readonly<Record<Operator, (sign: number) => boolean>> = {
  "==": (sign) => sign === 0,
  "!=": (sign) => sign !== 0,
  "<=": (sign) => sign <= 0,
  ">=": (sign) => sign >= 0,
  "<": (sign) => sign < 0,
  ">": (sign) => sign > 0,
};

/** What is `null` equals nothing, so that a filter can be about a field that not every item has. */
function compared(left: unknown, operator: Operator, right: unknown, step: Step): boolean {
  if (left === null || right === null) return operator === "!=";
  if (typeof left === "object" || typeof left !== typeof right)
    throw problem(`${typeName(left)} can't be compared with ${typeName(right)}`, step);
  if (typeof left === "boolean" && operator !== "==" && operator !== "!=")
    throw problem(`booleans can't be compared with ${operator}`, step);
  return HOLDS[operator](left === right ? 0 : isLess(left, right) ? -1 : 1);
}

function isLess(left: unknown, right: unknown): boolean {
  return typeof left === "number" && typeof right === "number" ? left < right : String(left) < String(right);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function problem(what: string, { at }: Step): Failure {
  return new Failure("input", "invalid-input", `the output template does not fit: ${what} (position ${at})`);
}
