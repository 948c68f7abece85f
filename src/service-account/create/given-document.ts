import type { Problems } from "../../model/problems.ts";
import { INLINE_CHARACTERS } from "../../model/quotas.ts";
import type { FromOperator } from "../../model/source.ts";
import type { PolicyDocument } from "../../model/trust-policy/document.ts";
import { policySize } from "../../model/trust-policy/grant.ts";
import type { ParsedPolicy } from "../../model/trust-policy/parse.ts";

/** An inline policy document that has been read. */
export interface GivenDocument {
  /** How it is called in messages: the file's name, or nothing. */
  readonly text: string;
  /** Where a path in it, as `Statement[0].Effect`, is to be looked for. */
  readonly where: (path: string) => string;
  readonly parsed:
    | { readonly ok: true; readonly document: FromOperator<PolicyDocument> }
    | Extract<ParsedPolicy, { ok: false }>;
}

/** IAM's quotas that are known before IAM is asked. Source: IAM User Guide, "IAM and AWS STS quotas". */
export const LIMIT = { policies: 25, tags: 50, inlineCharacters: INLINE_CHARACTERS };

/** The document, judged by its shape and its size. */
export function inlineDocument(
  { text, where, parsed }: GivenDocument,
  problems: Problems,
): FromOperator<PolicyDocument> | undefined {
  if (!parsed.ok) {
    for (const { path, message } of parsed.problems)
      problems.note(where(path), text, `${path} ${message}`.trim());
    return undefined;
  }
  const size = policySize(parsed.document);
  if (size > LIMIT.inlineCharacters) {
    const problem = `has ${size} characters without white space; IAM allows ${LIMIT.inlineCharacters}`;
    problems.note(where(""), text, problem);
  }
  return parsed.document;
}
