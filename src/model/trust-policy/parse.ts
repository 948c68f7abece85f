import { checkPolicyDocument } from "./check.ts";
import type { PolicyDocument } from "./document.ts";
import { isObject, type PolicyKind, type PolicyProblem } from "./shape.ts";

/** A policy document that has been read, or everything that is wrong with it. */
export type ParsedPolicy =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** Reads a policy document that a person wrote, and judges its shape. A text that is no JSON has one problem. */
export function parsePolicyDocument(text: string, kind: PolicyKind): ParsedPolicy {
  const json = parseJson(text);
  if (!json.ok) return { ok: false, problems: [{ path: "", message: `is no JSON: ${json.message}` }] };
  const problems = checkPolicyDocument(json.value, kind);
  return problems.length === 0
    ? { ok: true, document: json.value as PolicyDocument }
    : { ok: false, problems };
}

/**
 * Reads a document as IAM returns it, URL-encoded (some emulators return it plain). Its shape is not judged: the
 * evaluator copes with anything. Source: IAM API Reference, `Role` (AssumeRolePolicyDocument); RFC 3986.
 *
 * @throws SyntaxError if it holds no JSON object, URIError if it is not properly encoded
 */
export function decodePolicyDocument(text: string): PolicyDocument {
  const json: unknown = JSON.parse(text.trimStart().startsWith("{") ? text : decodeURIComponent(text));
  if (isObject(json)) return json as unknown as PolicyDocument;
  throw new SyntaxError("a policy document is a JSON object");
}

type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
