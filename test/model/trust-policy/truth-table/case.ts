import type {
  ConditionBlock,
  PolicyDocument,
  Statement,
} from "../../../../src/model/trust-policy/document.ts";
import type { TrustEvaluation } from "../../../../src/model/trust-policy/evaluate.ts";
import type { TrustRequest, WebIdentity } from "../../../../src/model/trust-policy/request.ts";
import { allow, call, policy } from "../fixtures.ts";

/** One line of the truth table: what IAM's documentation says of a policy and a request. */
export interface TruthCase {
  readonly name: string;
  /** The page that says so. */
  readonly source: string;
  readonly document: PolicyDocument;
  readonly request: TrustRequest;
  readonly verdict: TrustEvaluation["verdict"];
  readonly explicit: boolean;
  readonly unknownKeys: readonly string[];
}

type Answer = "allow" | "deny" | "explicit deny" | readonly string[];

/** A case of several statements or a whole document; a list of keys as answer means: conditional on these. */
export function given(
  name: string,
  source: string,
  policyOrStatements: PolicyDocument | readonly Statement[],
  answer: Answer,
  request: Partial<WebIdentity> | TrustRequest = {},
): TruthCase {
  return {
    name,
    source,
    document: isList(policyOrStatements) ? policy(...policyOrStatements) : policyOrStatements,
    request: "principal" in request ? request : call(request),
    ...outcome(answer),
  };
}

/** A case of one Allow with this condition; `facts` are further condition keys of the request. */
export function under(
  name: string,
  source: string,
  condition: ConditionBlock,
  answer: Answer,
  facts: WebIdentity["facts"] = {},
): TruthCase {
  return given(name, source, [allow(condition)], answer, { facts });
}

function outcome(answer: Answer): Pick<TruthCase, "verdict" | "explicit" | "unknownKeys"> {
  if (typeof answer !== "string") return { verdict: "conditional", explicit: false, unknownKeys: answer };
  return {
    verdict: answer === "allow" ? "allow" : "deny",
    explicit: answer === "explicit deny",
    unknownKeys: [],
  };
}

function isList(value: PolicyDocument | readonly Statement[]): value is readonly Statement[] {
  return Array.isArray(value);
}

const GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide";

/** The pages that the cases are written from. */
export const PAGE = {
  action: `${GUIDE}/reference_policies_elements_action.html`,
  checks: `${GUIDE}/access-analyzer-reference-policy-checks.html`,
  condition: `${GUIDE}/reference_policies_elements_condition.html`,
  evaluation: `${GUIDE}/reference_policies_evaluation-logic.html`,
  federationKeys: `${GUIDE}/reference_policies_iam-condition-keys.html#condition-keys-wif`,
  globalKeys: `${GUIDE}/reference_policies_condition-keys.html`,
  grammar: `${GUIDE}/reference_policies_grammar.html`,
  multipleValues: `${GUIDE}/reference_policies_condition-logic-multiple-context-keys-or-values.html`,
  notAction: `${GUIDE}/reference_policies_elements_notaction.html`,
  notPrincipal: `${GUIDE}/reference_policies_elements_notprincipal.html`,
  operators: `${GUIDE}/reference_policies_elements_condition_operators.html`,
  principal: `${GUIDE}/reference_policies_elements_principal.html`,
  setExamples: `${GUIDE}/reference_policies_condition_examples-multi-valued-context-keys.html`,
  setOperators: `${GUIDE}/reference_policies_condition-single-vs-multi-valued-context-keys.html`,
  stsKeys: `${GUIDE}/reference_policies_iam-condition-keys.html#condition-keys-sts`,
  variables: `${GUIDE}/reference_policies_variables.html`,
  version: `${GUIDE}/reference_policies_elements_version.html`,
} as const;
