import { DNS_SUFFIXES } from "irsa-model/partition.ts";
import type { Parameter } from "../exchange.ts";
import { at, type AwsAccountState } from "../state.ts";
import { limitExceeded } from "../validation.ts";
import {
  isNone,
  isObject,
  malformed,
  statementsOf,
  stringsOf,
  type StatementJson,
} from "./policy-grammar.ts";
import { policySize, QUOTAS } from "./quotas.ts";

/**
 * A trust policy that IAM takes, unchanged. Source: IAM User Guide, "AWS JSON policy elements: Principal" and "Create a role
 * for OpenID Connect federation"; the texts are those that IAM answers.
 * @throws AwsError MalformedPolicyDocument, LimitExceeded
 */
export function checkedTrust(document: string, awsAccount: AwsAccountState): string {
  for (const statement of statementsOf(document)) checkStatement(statement, awsAccount);
  const quota = QUOTAS.ACLSizePerRole;
  if (policySize(document) > quota) throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${quota}`);
  return document;
}

function checkStatement(statement: StatementJson, awsAccount: AwsAccountState): void {
  for (const element of ["Resource", "NotResource"]) {
    if (statement[element] !== undefined) throw malformed(`Has prohibited field ${element}`);
  }
  const principal = statement["Principal"] ?? statement["NotPrincipal"];
  if (principal === undefined) throw malformed("Missing required field Principal");
  const actions = statement["Action"] ?? statement["NotAction"];
  if (isNone(actions)) throw malformed("Missing required field Action");
  if (stringsOf(actions).some((action) => !/^(sts:.+|\*)$/i.test(action))) {
    throw malformed("AssumeRole policy may only specify STS AssumeRole actions.");
  }
  checkPrincipal(principal, awsAccount);
}

function checkPrincipal(principal: Parameter, awsAccount: AwsAccountState): void {
  if (principal === "*") return;
  if (!isObject(principal) || Object.keys(principal).length === 0)
    throw malformed(`Invalid principal in policy: ${JSON.stringify(principal)}`);
  for (const [type, ids] of Object.entries(principal)) {
    for (const id of stringsOf(ids)) checkId(type, id, awsAccount);
  }
}

/** A service by its host: most partitions have some of both kinds. */
const SERVICE = new RegExp(`^[a-z0-9.-]+\\.(${DNS_SUFFIXES})$`);

function checkId(type: string, id: string, awsAccount: AwsAccountState): void {
  switch (type) {
    case "Federated":
      if (!isFederated(id, awsAccount.partition)) {
        throw malformed("Federated principals must be valid domain names or SAML metadata ARNs");
      }
      return;
    case "AWS":
      if (!isAwsPrincipal(id, awsAccount)) throw malformed(`Invalid principal in policy: "AWS":"${id}"`);
      return;
    case "Service":
      if (!SERVICE.test(id)) {
        throw malformed(`Invalid principal in policy: "SERVICE":"${id}"`);
      }
      return;
    case "CanonicalUser":
      return;
    default:
      throw malformed(`Invalid principal in policy: "${type.toUpperCase()}":"${id}"`);
  }
}

/** A domain, or the ARN of a provider in any account of the partition; whether it exists is not looked at. */
function isFederated(id: string, partition: string): boolean {
  if (id === "*" || /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(id)) return true;
  return new RegExp(`^arn:${partition}:iam::\\d{12}:(saml|oidc)-provider/[^\\s*]+$`).test(id);
}

/** Roles of the account itself must be there; what other accounts have can't be seen from here. */
function isAwsPrincipal(id: string, awsAccount: AwsAccountState): boolean {
  if (id === "*" || /^\d{12}$/.test(id)) return true;
  const [, owner, role] = new RegExp(
    `^arn:${awsAccount.partition}:iam::(\\d{12}):(?:root|user/\\S+|role/(?:\\S*/)?([^\\s/]+))$`,
  ).exec(id) ?? [undefined, undefined];
  if (owner === undefined) return new RegExp(`^arn:${awsAccount.partition}:sts::\\d{12}:\\S+$`).test(id);
  if (role === undefined || owner !== awsAccount.awsAccount) return true;
  return at(awsAccount.roles, role.toLowerCase())?.arn === id;
}
