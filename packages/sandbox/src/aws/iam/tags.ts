import type { Parameter, Parameters } from "../exchange.ts";
import type { Tags } from "../state.ts";
import { checked, invalidInput, limitExceeded } from "../validation.ts";

const MOST = 50;
const PATTERN = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`;

/**
 * The tags that a request brings. Source: IAM User Guide, "Tags for IAM resources" (rules for tagging).
 * @throws AwsError ValidationError, InvalidInput for keys given twice (without regard to case) or reserved ones.
 */
export function tagsIn(parameters: Parameters): Tags {
  const list = parameters["Tags"];
  const tags = Array.isArray(list) ? list.map(tagIn) : [];
  const keys = tags.map(([key]) => key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  return Object.fromEntries(tags);
}

function tagIn(tag: Parameter, index: number): readonly [key: string, value: string] {
  const { Key = "", Value = "" } = tag as { readonly Key?: string; readonly Value?: string };
  const member = `tags.${index + 1}.member`;
  const rule = { longest: 128, pattern: PATTERN };
  if (/^aws:/i.test(Key)) throw invalidInput("System tags cannot be added/updated/deleted");
  return [
    checked(Key, `${member}.key`, rule),
    checked(Value, `${member}.value`, { ...rule, longest: 256, shortest: 0 }),
  ];
}

/** Tags with others added; a key of the same letters replaces one in another case. @throws AwsError LimitExceeded */
export function withTags(tags: Tags, added: Tags): Tags {
  const result = { ...withoutTags(tags, Object.keys(added)), ...added };
  if (Object.keys(result).length > MOST)
    throw limitExceeded("The number of tags has reached the maximum limit.");
  return result;
}

/** Tags without some keys. */
export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase())));
}

/** The keys that an Untag request names. */
export function tagKeysIn(parameters: Parameters): readonly string[] {
  const keys = parameters["TagKeys"];
  return Array.isArray(keys) ? keys.map(String) : [];
}

/** Tags as IAM lists them. */
export function tagList(tags: Tags): { readonly Key: string; readonly Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
