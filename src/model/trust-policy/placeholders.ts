import { isObject } from "./shape.ts";

/** A placeholder of a template that nobody has filled in, and where in the policy document it is. */
export interface Placeholder {
  /** As `Statement[0].Resource`. */
  readonly path: string;
  readonly text: string;
}

/**
 * `${BUCKET}`, `<bucket>` and `{{ bucket }}`. IAM's policy variables are none: `${aws:username}`, `${s3:prefix}`, with a
 * default as `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}`, `${$}`.
 * Source: IAM User Guide, "IAM policy elements: Variables and tags".
 */
const PLACEHOLDER = /\$\{(?![*?$]\})[^{}:]*\}|<[A-Za-z][\w .-]{0,60}>|\{\{[^{}]*\}\}/g;

/** The placeholders in a policy document's values, in order; each text once. */
export function placeholdersIn(document: unknown): readonly Placeholder[] {
  const found = new Map<string, Placeholder>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value === "string")
      for (const [text] of value.matchAll(PLACEHOLDER)) if (!found.has(text)) found.set(text, { path, text });
    if (Array.isArray(value)) value.forEach((one, at) => visit(one, `${path}[${at}]`));
    else if (isObject(value))
      for (const [key, one] of Object.entries(value)) visit(one, path === "" ? key : `${path}.${key}`);
  };
  visit(document, "");
  return [...found.values()];
}
