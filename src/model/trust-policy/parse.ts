import { jsonPlaceText, readJson } from "../json.ts";
import { LIMITS } from "../limits.ts";
import { checkPolicyDocument } from "./check.ts";
import type { PolicyDocument } from "./document.ts";
import { isObject, type PolicyKind, type PolicyProblem } from "./shape.ts";

/** A policy document that has been read, or everything that is wrong with it. */
export type ParsedPolicy =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

const HOW = { depth: LIMITS.policyDepth, uniqueKeys: true } as const;

/** Reads a policy document that a person wrote, and judges its shape. A text that is not JSON has one problem. */
export function parsePolicyDocument(text: string, kind: PolicyKind): ParsedPolicy {
  if (text.length > LIMITS.policyBytes) return wrong("is larger than a policy can be");
  const json = readJson(text, HOW);
  if (!json.ok) return wrong(`${json.problem.message} (${jsonPlaceText(json.problem)})`);
  const problems = checkPolicyDocument(json.value, kind);
  return problems.length === 0
    ? { ok: true, document: json.value as PolicyDocument }
    : { ok: false, problems };
}

function wrong(message: string): ParsedPolicy {
  return { ok: false, problems: [{ path: "", message }] };
}

/**
 * Reads a document as IAM returns it, URL-encoded (some emulators return it plain). Its shape is not judged: the
 * evaluator copes with anything. One that is larger or deeper than IAM's can be, or that has a key twice, so that two
 * readers take two meanings from it, is not read. Source: IAM API Reference, `Role` (AssumeRolePolicyDocument); RFC 3986.
 *
 * @throws SyntaxError if it holds no such JSON object, URIError if it is not properly encoded
 */
export function decodePolicyDocument(text: string): PolicyDocument {
  // Three letters for a character where each is encoded.
  if (text.length > 3 * LIMITS.policyBytes) throw new SyntaxError("is larger than a policy can be");
  const json = readJson(text.trimStart().startsWith("{") ? text : decodeURIComponent(text), HOW);
  if (!json.ok) throw new SyntaxError(json.problem.message);
  if (isObject(json.value)) return json.value as unknown as PolicyDocument;
  throw new SyntaxError("a policy document is a JSON object");
}
