import { excerpt } from "../model/excerpt.ts";
import { shownKey } from "../model/json.ts";
import type { Problems } from "../model/problems.ts";
import { nearest } from "../model/nearest.ts";
import { placeText } from "./place.ts";
import type { ObjectShape, Shape } from "./shape.ts";
import { textOf, type Tree, type TreeMap } from "./tree.ts";

/** What judging a file's form brings to light. */
export interface FormReport {
  /** What the whole document is, as `an eksctl ClusterConfig`. */
  readonly format: string;
  readonly problems: Problems;
  /** Paths of the fields that are there and that irsa does nothing about. */
  readonly passedOver: Set<string>;
}

/** Holds what is in a file against what may be there; everything that is wrong is noted, with its place. */
export function judgeForm(tree: Tree, shape: Shape, path: string, report: FormReport): void {
  const wrong = (what: string): void =>
    report.problems.note(
      placeText(tree.at),
      "",
      `${path === "" ? "the document" : path} must be ${what}, not ${called(tree)}`,
    );
  switch (shape.kind) {
    case "any":
      return;
    case "text":
      return judgeText(tree, shape.oneOf, path, report);
    case "flag":
      if (tree.kind !== "scalar" || typeof tree.value !== "boolean") wrong("true or false");
      return;
    case "list":
      if (tree.kind !== "list") return wrong("a list");
      return tree.items.forEach((item, at) => judgeForm(item, shape.of, `${path}[${at}]`, report));
    case "map":
      if (tree.kind !== "map") return wrong("a mapping");
      return valuesOf(tree).forEach(({ key, value }) =>
        judgeForm(value, shape.of, `${path}.${shownKey(key)}`, report),
      );
    case "object":
      return tree.kind === "map" ? judgeFields(tree, shape, path, report) : wrong("a mapping");
    case "choice":
      if (tree.kind === "map") return judgeFields(tree, shape.object, path, report);
      if (tree.kind === "scalar" && typeof tree.value === "boolean" && (shape.flag || !tree.value)) return;
      return wrong(shape.flag ? "true, false or a mapping" : `a mapping with ${requiredNames(shape.object)}`);
  }
}

function judgeText(
  tree: Tree,
  oneOf: readonly string[] | undefined,
  path: string,
  { problems }: FormReport,
): void {
  const text = textOf(tree);
  if (text === undefined) {
    const quote =
      tree.kind === "scalar" && tree.source !== "" && path !== ""
        ? `; write '${excerpt(tree.source)}' in quotes, or it is read as ${excerpt(String(tree.value))}`
        : `, not ${called(tree)}`;
    return problems.note(placeText(tree.at), "", `${path} must be a string${quote}`);
  }
  if (oneOf !== undefined && !oneOf.includes(text))
    problems.note(placeText(tree.at), text, `is not a valid ${path}; use ${oneOf.join(" or ")}`);
}

function judgeFields(tree: TreeMap, shape: ObjectShape, path: string, report: FormReport): void {
  for (const { key, keyAt, value } of tree.entries) {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    const inner = path === "" ? shownKey(key) : `${path}.${shownKey(key)}`;
    if (field === undefined) {
      if (shape.isOpen === true && !isOtherCase(key, shape)) continue;
      report.problems.note(
        placeText(keyAt),
        shownKey(key),
        unknownField(key, path === "" ? report.format : path, Object.keys(shape.fields)),
      );
      continue;
    }
    if (value.kind === "scalar" && value.value === null) continue;
    if (field.passedOver === true) report.passedOver.add(inner.replace(/\[\d+\]/g, "[]"));
    judgeForm(value, field.shape, inner, report);
  }
  for (const [name, { required = false, about }] of Object.entries(shape.fields)) {
    const there = valuesOf(tree).some(({ key }) => key === name);
    if (required && !there)
      report.problems.note(
        placeText(tree.at),
        "",
        `${path === "" ? name : `${path}.${name}`} must be set: ${about}`,
      );
  }
}

/** True for a field that is known in another case, which eksctl reads as nothing. */
function isOtherCase(key: string, { fields }: ObjectShape): boolean {
  return Object.keys(fields).some((name) => name.toLowerCase() === key.toLowerCase());
}

function unknownField(key: string, of: string, names: readonly string[]): string {
  const meant = nearest(key, names);
  const head = `is not a field of ${of}`;
  if (meant === undefined) return `${head}; it has ${names.join(", ")}`;
  return meant.toLowerCase() === key.toLowerCase()
    ? `${head}; did you mean '${meant}'? Fields are case-sensitive`
    : `${head}; did you mean '${meant}'?`;
}

/** The entries that have a value. */
function valuesOf(tree: TreeMap): TreeMap["entries"] {
  return tree.entries.filter(({ value }) => value.kind !== "scalar" || value.value !== null);
}

/** What must be in it, which is why a mapping is needed at all. */
function requiredNames({ fields }: ObjectShape): string {
  const all = Object.entries(fields);
  return all.flatMap(([name, { required = false }]) => (required ? [name] : [])).join(", ");
}

/** What it is, not what it says: where something else was expected it may be anything, a credential too. */
function called(tree: Tree): string {
  if (tree.kind === "map") return "a mapping";
  if (tree.kind === "list") return "a list";
  if (tree.value === null) return "nothing";
  return typeof tree.value === "boolean" ? String(tree.value) : `a ${typeof tree.value}`;
}
