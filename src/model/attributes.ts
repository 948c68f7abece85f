import { ROLE_ANNOTATION } from "./kubernetes-objects.ts";
import type { Tags } from "./iam-objects.ts";
import { MANAGED_BY_LABEL, ORIGIN_ANNOTATION, OUR_NAME } from "./ownership-tags.ts";

/** What is done to an attribute, with Terraform's signs; a blank if it is kept. */
export type Sign = "+" | "-" | "~" | " ";

/** An attribute of a changed object: what is done to it, its name and its value. */
export type Attribute = readonly [sign: Sign, name: string, value: string];

/** An attribute with both of its values, or with the one that it has. */
export function edited(name: string, before: string | undefined, after: string | undefined): Attribute {
  if (before === undefined) return ["+", name, after ?? ""];
  return after === undefined ? ["-", name, before] : ["~", name, `${before} → ${after}`];
}

/** A label or an annotation that is set, replaced or removed. */
export function pairEdit(
  kind: string,
  key: string,
  before: string | undefined,
  after: string | undefined,
): Attribute {
  if (key === ROLE_ANNOTATION) return edited("role-arn", before, after);
  const [sign, , value] = edited(kind, quoted(before), quoted(after));
  return [sign, kind, before === undefined && after === undefined ? key : `${key} = ${value}`];
}

/** Labels or annotations of a new ServiceAccount, without those by which irsa knows its own. */
export function pairRows(kind: string, pairs: Readonly<Record<string, string>>): Attribute[] {
  return Object.entries(pairs)
    .filter(([key, value]) => key !== ORIGIN_ANNOTATION && !(key === MANAGED_BY_LABEL && value === OUR_NAME))
    .map(([key, value]) => pairEdit(kind, key, undefined, value));
}

/**
 * Ownership tags go without saying; the user's own tags are shown.
 * @param before the values that are replaced
 */
export function tagRows(tags: Tags, before: Tags = {}): Attribute[] {
  return Object.entries(tags)
    .filter(([key]) => isNotOwnership(key))
    .map(([key, value]) => pairEdit("tag", key, Object.hasOwn(before, key) ? before[key] : undefined, value));
}

/** False for the tags by which irsa knows its own. */
export function isNotOwnership(key: string): boolean {
  return !key.startsWith("irsa/");
}

/** A value between quotes, where there is one. */
export function quoted<T extends string | undefined>(value: T): T | string {
  return value === undefined ? value : JSON.stringify(value);
}
