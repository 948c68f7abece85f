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
  if (root["Id"] !== undefined && typeof root["Id"] !== "string") throw malformed("Syntax errors in policy.");
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
  checkSid(statement["Sid"]);
  for (const element of ["Principal", "Action", "Resource"])
    if (statement[element] !== undefined && statement[`Not${element}`] !== undefined)
      throw malformed(`Statement can't have both ${element} and Not${element}.`);
  checkCondition(statement["Condition"]);
  return statement;
}

function checkSid(sid: Parameter | undefined): void {
  if (sid === undefined) return;
  if (typeof sid !== "string") throw malformed("Syntax errors in policy.");
  if (!/^[0-9A-Za-z]*$/.test(sid))
    throw malformed(
      "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    );
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
    for (const [key, values] of Object.entries(keys)) {
      if (!/^[^:\s]+:\S/.test(key))
        throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
      for (const value of Array.isArray(values) ? values : [values]) checkValue(operator, value);
    }
  }
}

/** What the values of an operator look like; a policy variable may be in their place. */
const VALUES: readonly (readonly [operators: RegExp, value: RegExp])[] = [
  [
    /^(?:For\w+:)?Date/i,
    /^(?:\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?|\d+)$/,
  ],
  [/^(?:For\w+:)?Numeric/i, /^-?\d+(?:\.\d+)?$/],
  [/^(?:For\w+:)?(?:Bool|Null)/i, /^(?:true|false)$/i],
  [/^(?:For\w+:)?(?:Not)?IpAddress/i, /^[\da-f.:]+(?:\/\d{1,3})?$/i],
  [/^(?:For\w+:)?Arn/i, /^(?:arn:|\*)/],
];

function checkValue(operator: string, value: Parameter | undefined): void {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
    throw malformed("Syntax errors in policy.");
  const text = `${value}`;
  const rule = VALUES.find(([operators]) => operators.test(operator));
  if (rule === undefined || text.includes("${") || (rule[1].test(text) && !isNoDate(operator, text))) return;
  throw malformed(`Invalid value for condition ${operator}: ${text}`);
}

/** A date of the right form that no calendar has, as 2026-13-01. */
function isNoDate(operator: string, text: string): boolean {
  return /Date/i.test(operator) && text.includes("-") && Number.isNaN(Date.parse(text));
}

/** The strings of an element that may be one string or a list of them. @throws AwsError MalformedPolicyDocument */
export function stringsOf(value: Parameter | undefined): readonly string[] {
  const list: readonly (Parameter | undefined)[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== "string") throw malformed("Syntax errors in policy.");
    return item;
  });
}

/** True for an element that is absent, or an empty list. */
export function isNone(value: Parameter | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

/** True for a JSON object. */
export function isObject(value: Parameter | undefined): value is Parameters {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
