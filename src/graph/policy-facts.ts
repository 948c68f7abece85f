import type { GraphFact } from "../model/access-graph.ts";
import { administratorLike } from "../model/trust-policy/administrator.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import { policyTexts } from "../model/trust-policy/policy-texts.ts";

/** What a policy allows and denies, a statement a fact. */
export function policyFacts(document: PolicyDocument): GraphFact[] {
  const administrator = administratorLike(document);
  return [
    ...(administrator === undefined ? [] : [["administrator access", administrator] as const]),
    ...policyTexts(document),
  ];
}
