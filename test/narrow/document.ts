import type { PolicyDocument } from "../../src/model/trust-policy/document.ts";

/** A document as IAM stores it, also of what IAM would not have. */
export function documentOf(value: object): PolicyDocument {
  const document: PolicyDocument = JSON.parse(JSON.stringify(value));
  return document;
}
