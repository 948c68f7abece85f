import { isObject } from "./shape.ts";

/** What the AWS CLI prints around a policy document, and where in it the document is. Source: AWS CLI reference, the commands. */
const OUTPUTS: readonly (readonly [command: string, field: string, path: readonly string[]])[] = [
  ["get-policy-version", ".PolicyVersion.Document", ["PolicyVersion", "Document"]],
  ["get-role-policy", ".PolicyDocument", ["PolicyDocument"]],
  ["get-role", ".Role.AssumeRolePolicyDocument", ["Role", "AssumeRolePolicyDocument"]],
];

/** What is wrong with a document that is the output of the AWS CLI around one; `undefined` for any other. */
export function awsOutputProblem(value: unknown): string | undefined {
  if (!isObject(value) || value["Statement"] !== undefined) return undefined;
  for (const [command, field, path] of OUTPUTS)
    if (valueAt(value, path) !== undefined) return `is the output of ${command} of the AWS CLI: use ${field}`;
  return valueAt(value, ["Policy", "Arn"]) === undefined
    ? undefined
    : "is the output of get-policy of the AWS CLI, which has no document: use .PolicyVersion.Document of get-policy-version";
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}
