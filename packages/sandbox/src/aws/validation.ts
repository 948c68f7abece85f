import { AwsError } from "./exchange.ts";

/** What IAM's model demands of a string parameter. Source: IAM API Reference, the parameter's constraints. */
export interface StringRule {
  readonly longest?: number;
  readonly shortest?: number;
  /** The pattern as the API reference prints it; matched against the whole value. */
  readonly pattern?: string;
}

/** A value that keeps to the rule. @throws AwsError ValidationError, naming the member as IAM does. */
export function checked(value: string, member: string, rule: StringRule): string {
  const { longest = Infinity, shortest = 1, pattern } = rule;
  if (value.length > longest) throw violation(value, member, `have length less than or equal to ${longest}`);
  if (value.length < shortest)
    throw violation(value, member, `have length greater than or equal to ${shortest}`);
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, "u").test(value)) {
    throw violation(value, member, `satisfy regular expression pattern: ${pattern}`);
  }
  return value;
}

/** A number within bounds, or the default. @throws AwsError ValidationError */
export function checkedNumber(
  value: string | undefined,
  member: string,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number)) throw validationError(`Value '${value}' at '${member}' is not an integer`);
  if (number < least) throw violation(value, member, `have value greater than or equal to ${least}`);
  if (number > most) throw violation(value, member, `have value less than or equal to ${most}`);
  return number;
}

/** A ValidationError of one violated constraint. */
export function violation(value: string, member: string, must: string): AwsError {
  return validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${must}`,
  );
}

/** The answer to a parameter that breaks its constraints. */
export function validationError(message: string): AwsError {
  return new AwsError(400, "ValidationError", message);
}

/** IAM's answer to a parameter that is wrong in itself. */
export function invalidInput(message: string): AwsError {
  return new AwsError(400, "InvalidInput", message);
}

/** IAM's answer for what does not exist. */
export function noSuchEntity(message: string): AwsError {
  return new AwsError(404, "NoSuchEntity", message);
}

/** IAM's answer to a name that is taken. */
export function alreadyExists(message: string): AwsError {
  return new AwsError(409, "EntityAlreadyExists", message);
}

/** IAM's answer when a quota is reached. */
export function limitExceeded(message: string): AwsError {
  return new AwsError(409, "LimitExceeded", message);
}

/** IAM's answer to deleting what something is still attached to. */
export function deleteConflict(message: string): AwsError {
  return new AwsError(409, "DeleteConflict", message);
}

/** The rule for names of roles and instance profiles. */
export const ENTITY_NAME: StringRule = { longest: 64, pattern: String.raw`[\w+=,.@-]+` };

/** The rule for names of policies. */
export const POLICY_NAME: StringRule = { longest: 128, pattern: String.raw`[\w+=,.@-]+` };

/** The rule for paths. */
export const PATH: StringRule = {
  longest: 512,
  pattern: String.raw`(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`,
};
