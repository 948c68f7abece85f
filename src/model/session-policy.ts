import { administratorLike } from "./trust-policy/administrator.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";
import { policyTexts } from "./trust-policy/policy-texts.ts";
import { isObject, toList, type Json } from "./trust-policy/shape.ts";

/** A session policy as a document; `undefined` if it can't be parsed, and nothing can be said of what it limits. */
export function sessionPolicyOf(text: string): PolicyDocument | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isPolicy(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isPolicy(value: unknown): value is Json & PolicyDocument {
  return isObject(value) && toList(value["Statement"]).every(isStatement);
}

function isStatement(value: unknown): boolean {
  return isObject(value) && (value["Condition"] === undefined || isObject(value["Condition"]));
}

/** True if sessions with the policy are kept from administrator access, whatever the role allows. */
export function keepsFromAdministration(text: string): boolean {
  const document = sessionPolicyOf(text);
  return document !== undefined && administratorLike(document) === undefined;
}

/** What a session policy leaves of a role's permissions, a line each. */
export function sessionPolicyTexts(text: string): string[] {
  const document = sessionPolicyOf(text);
  return document === undefined
    ? ["could not be parsed"]
    : policyTexts(document).map(([label, statement]) => `${label} ${statement}`);
}
