import type { Parameter, Parameters } from "../exchange.ts";
import { AwsError } from "../exchange.ts";

/** A statement of a document that keeps to the grammar: its elements as they stand. */
export type StatementJson = Parameters;

/** IAM's answer to a document that breaks the grammar. */
export function malformed(message: string): AwsError {
  return new AwsError(400, "MalformedPolicyDocument", message);
}

const DOCUMENT_ELEMENTS = new Set(["Version", "Id", "Statement"]);
const STATEMENT_ELEMENTS = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);
const VERSIONS = new Set<Parameter | undefined>([undefined, "2012-10-17", "2008-10-17"]);

/**
 * The statements of a document, as far as all kinds of policies agree.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 * @throws AwsError MalformedPolicyDocument with IAM's texts.
 */
export function statementsOf(document: string): readonly StatementJson[] {
  const root = parse(document);
  if (!isObject(root)) throw malformed("Syntax errors in policy.");
  const strange = Object.keys(root).find((element) => !DOCUMENT_ELEMENTS.has(element));
  if (strange !== undefined || !VERSIONS.has(root["Version"])) throw malformed("Syntax errors in policy.");
  const { Statement } = root;
  const statements: readonly (Parameter | undefined)[] = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0) throw malformed("Syntax errors in policy.");
  const checked = statements.map(checkStatement);
  const sids = checked.map(({ Sid }) => Sid).filter((sid) => sid !== undefined);
  if (new Set(sids).size < sids.length)
    throw malformed("Statement IDs (SID) in a single policy must be unique.");
  return checked;
}

function parse(document: string): Parameter {
  try {
    return JSON.parse(document) as Parameter;
  } catch {
    throw malformed("This policy contains invalid Json");
  }
}

function checkStatement(statement: Parameter | undefined): StatementJson {
  if (!isObject(statement)) throw malformed("Syntax errors in policy.");
  const strange = Object.keys(statement).find((element) => !STATEMENT_ELEMENTS.has(element));
  if (strange !== undefined) throw malformed("Syntax errors in policy.");
  if (statement["Effect"] === undefined) throw malformed("Missing required field Effect");
  if (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny") {
    throw malformed(`Invalid effect: ${JSON.stringify(statement["Effect"])}`);
  }
  checkCondition(statement["Condition"]);
  return statement;
}

const OPERATOR = new RegExp(
  "^(ForAnyValue:|ForAllValues:)?(" +
    "String(Not)?(Equals(IgnoreCase)?|Like)|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|" +
    "Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)" +
    ")(IfExists)?$|^Null$",
  "i",
);

function checkCondition(condition: Parameter | undefined): void {
  if (condition === undefined) return;
  if (!isObject(condition)) throw malformed("Syntax errors in policy.");
  for (const [operator, keys] of Object.entries(condition)) {
    if (!OPERATOR.test(operator)) throw malformed(`Invalid Condition type : ${operator}.`);
    if (!isObject(keys)) throw malformed("Syntax errors in policy.");
  }
}

/** The strings of an element that may be one string or a list of them. @throws AwsError MalformedPolicyDocument */
export function stringsOf(value: Parameter | undefined): readonly string[] {
  const list: readonly (Parameter | undefined)[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== "string") throw malformed("Syntax errors in policy.");
    return item;
  });
}

/** True for a JSON object. */
export function isObject(value: Parameter | undefined): value is Parameters {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
