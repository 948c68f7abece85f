import { awsOutputProblem } from "./aws-output.ts";
import { checkStatement } from "./check-statement.ts";
import {
  isObject,
  problem,
  shown,
  toList,
  unknownElements,
  type PolicyKind,
  type PolicyProblem,
} from "./shape.ts";

/**
 * Everything about a policy document that IAM would refuse and that its shape tells; an empty list if nothing.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language" and its notes.
 */
export function checkPolicyDocument(value: unknown, kind: PolicyKind): readonly PolicyProblem[] {
  if (!isObject(value)) return problem("", "must be a JSON object");
  const output = awsOutputProblem(value);
  if (output !== undefined) return problem("", output);
  return [
    ...unknownElements("", value, ["Version", "Id", "Statement"]),
    ...checkVersion(value["Version"]),
    ...checkId(value["Id"], kind),
    ...checkStatements(value["Statement"], kind),
  ];
}

function checkVersion(version: unknown): readonly PolicyProblem[] {
  if (version === undefined || version === "2012-10-17" || version === "2008-10-17") return [];
  return problem("Version", `must be the policy language version "2012-10-17", not ${shown(version)}`);
}

function checkId(id: unknown, kind: PolicyKind): readonly PolicyProblem[] {
  if (id === undefined) return [];
  if (kind === "identity") return problem("Id", "is not allowed in an identity policy");
  return typeof id === "string" ? [] : problem("Id", `must be a string, not ${shown(id)}`);
}

function checkStatements(statements: unknown, kind: PolicyKind): readonly PolicyProblem[] {
  if (statements === undefined) return problem("Statement", "is missing");
  if (Array.isArray(statements) && statements.length === 0) return problem("Statement", "must not be empty");
  const list = toList(statements);
  return [
    ...list.flatMap((statement, index) => checkStatement(pathOf(statements, index), statement, kind)),
    ...repeatedSids(list).flatMap((index) =>
      problem(`${pathOf(statements, index)}.Sid`, "is a duplicate of an earlier statement's Sid"),
    ),
  ];
}

function pathOf(statements: unknown, index: number): string {
  return Array.isArray(statements) ? `Statement[${index}]` : "Statement";
}

function repeatedSids(statements: readonly unknown[]): readonly number[] {
  const sids = statements.map((statement) => (isObject(statement) ? statement["Sid"] : undefined));
  return [...sids.keys()].filter((index) => sids[index] !== undefined && sids.indexOf(sids[index]) < index);
}
