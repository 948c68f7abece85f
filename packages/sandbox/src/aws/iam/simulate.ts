import { matchesAction, matchesWildcard } from "irsa-model/trust-policy/match.ts";
import { text, type Parameter, type Parameters } from "../exchange.ts";
import type { Operations } from "../operation.ts";
import { at, type AwsAccountState, type RoleState } from "../state.ts";
import { invalidInput, noSuchEntity } from "../validation.ts";
import { isObject, stringsOf, type StatementJson } from "./policy-grammar.ts";
import { permissionsOf, type RolePermissions } from "./role-permissions.ts";

type Decision = "allowed" | "explicitDeny" | "implicitDeny";

/**
 * SimulatePrincipalPolicy for roles and users. Users may do everything here; of roles it is attached, inline and boundary policies over actions and resources. Conditions are not
 * evaluated: a statement that has one does not apply, and its keys are reported as missing.
 * Source: IAM API Reference, SimulatePrincipalPolicy; IAM User Guide, "Policy evaluation logic".
 */
export const SIMULATE_OPERATIONS: Operations = {
  SimulatePrincipalPolicy({ awsAccount, parameters, isUser }) {
    const source = text(parameters, "PolicySourceArn");
    const { identity, boundary } = isUser(source)
      ? EVERYTHING
      : permissionsOf(awsAccount, roleByArn(awsAccount, source));
    const resources = listIn(parameters, "ResourceArns");
    const pairs = listIn(parameters, "ActionNames").flatMap((action) =>
      (resources.length === 0 ? ["*"] : resources).map((resource) => ({ action, resource })),
    );
    const results = pairs.map(({ action, resource }) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: both(decide(identity, action, resource), boundary && decide(boundary, action, resource)),
      MatchedStatements: [],
      MissingContextValues: missingKeys([...identity, ...(boundary ?? [])], action, resource),
    }));
    return { EvaluationResults: results, IsTruncated: false };
  },
};

const EVERYTHING: RolePermissions = {
  identity: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  boundary: undefined,
};

function roleByArn(awsAccount: AwsAccountState, arn: string): RoleState {
  const role = at(awsAccount.roles, arn.slice(arn.lastIndexOf("/") + 1).toLowerCase());
  if (role?.arn === arn) return role;
  if (/:(role|user)\//.test(arn)) throw noSuchEntity(`Entity ${arn} was not found.`);
  throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
}

function both(identity: Decision, boundary: Decision | undefined): Decision {
  if (boundary === undefined || identity === boundary) return identity;
  return identity === "explicitDeny" || boundary === "explicitDeny" ? "explicitDeny" : "implicitDeny";
}

function decide(statements: readonly StatementJson[], action: string, resource: string): Decision {
  const applying = statements.filter(
    (one) => one["Condition"] === undefined && covers(one, action, resource),
  );
  if (applying.some(({ Effect }) => Effect === "Deny")) return "explicitDeny";
  return applying.length > 0 ? "allowed" : "implicitDeny";
}

function covers(statement: StatementJson, action: string, resource: string): boolean {
  const { Action, NotAction, Resource, NotResource } = statement;
  const named =
    Action === undefined
      ? !matchesAction(stringsOf(NotAction), action)
      : matchesAction(stringsOf(Action), action);
  const reaches = (patterns: Parameter | undefined) =>
    stringsOf(patterns).some((pattern) => matchesWildcard(pattern, resource));
  return named && (Resource === undefined ? !reaches(NotResource) : reaches(Resource));
}

function missingKeys(
  statements: readonly StatementJson[],
  action: string,
  resource: string,
): readonly string[] {
  const conditional = statements.filter((one) => covers(one, action, resource));
  const blocks = conditional.flatMap(({ Condition }) =>
    isObject(Condition) ? Object.values(Condition) : [],
  );
  return [...new Set(blocks.flatMap((keys) => (isObject(keys) ? Object.keys(keys) : [])))];
}

function listIn(parameters: Parameters, name: string): readonly string[] {
  const value = parameters[name];
  return Array.isArray(value) ? value.map(String) : [];
}
