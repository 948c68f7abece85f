import { isNone, malformed, statementsOf, stringsOf, type StatementJson } from "./policy-grammar.ts";

/**
 * A policy that grants permissions (inline or managed) and that IAM takes, unchanged.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language"; the texts are those that IAM answers.
 * @throws AwsError MalformedPolicyDocument
 */
export function checkedPermissions(document: string): string {
  for (const statement of statementsOf(document)) checkStatement(statement);
  if ((JSON.parse(document) as { readonly Id?: unknown }).Id !== undefined)
    throw malformed("Policy document should not specify an Id.");
  return document;
}

function checkStatement(statement: StatementJson): void {
  if (statement["Principal"] !== undefined || statement["NotPrincipal"] !== undefined) {
    throw malformed("Policy document should not specify a principal.");
  }
  const actions = statement["Action"] ?? statement["NotAction"];
  if (isNone(actions)) throw malformed("Policy statement must contain actions.");
  if (stringsOf(actions).some((action) => !/^([\w-]+:.+|\*)$/.test(action))) {
    throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  const resources = statement["Resource"] ?? statement["NotResource"];
  if (isNone(resources)) throw malformed("Policy statement must contain resources.");
  const strange = stringsOf(resources).find(
    (resource) => !/^(arn:[^:]+:[^:]+:[^:]*:[^:]*:.+|\*)$/.test(resource),
  );
  if (strange !== undefined) throw malformed(`Resource ${strange} must be in ARN format or "*".`);
}
