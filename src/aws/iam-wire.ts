import type { RoleArn } from "../model/arn.ts";
import { Failure } from "../model/failure.ts";
import { LIMITS } from "../model/limits.ts";
import type { RoleListing, Tags } from "../model/iam-objects.ts";
import { present } from "../model/present.ts";
import type { PolicyDocument } from "../model/trust-policy/document.ts";
import type { UpdatableSettings } from "./port.ts";
import { decodePolicyDocument } from "../model/trust-policy/parse.ts";

/**
 * All items of a list, page by page.
 * @throws Failure `unexpected-answer` for a page without the list; an empty one is in the answer too
 */
export async function gathered<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let count = 0;
  for await (const page of pages) {
    count += 1;
    if (count > LIMITS.pages) throw unexpected(`AWS returned more than ${LIMITS.pages} pages of one list`);
    for (const item of answered("the list", itemsOf(page))) items.push(item);
  }
  return items;
}

/** The pages of a list whose client has no paginator; an empty one may be followed by others. */
export async function* pagesOf<Page extends { readonly NextToken?: string }>(
  send: (token: { readonly NextToken?: string }) => Promise<Page>,
): AsyncGenerator<Page> {
  let token: string | undefined;
  for (let page = 0; page <= LIMITS.pages; page += 1) {
    const answer = await send(token === undefined ? {} : { NextToken: token });
    yield answer;
    token = answer.NextToken;
    if (token === undefined || token === "") return;
  }
}

/**
 * What AWS must have answered: what isn't there is an error of its own, and what an answer lacks is not known.
 * @throws Failure `unexpected-answer` if it has not
 */
export function answered<Value>(what: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw unexpected(`${what} is missing in a response from AWS`);
}

function unexpected(message: string): Failure {
  return new Failure("failed", "unexpected-answer", message);
}

/** Tags by key. */
export function toTags(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** The policy document in IAM's encoding. @throws Failure `unexpected-answer` if it is none */
export function decoded(what: string, text: string | undefined): PolicyDocument {
  try {
    return decodePolicyDocument(text ?? "");
  } catch (error) {
    throw new Failure("failed", "unexpected-answer", `the ${what} is not a valid policy document`, {
      cause: error,
    });
  }
}

/** As `decoded`, but `undefined` for an invalid policy document: one bad document must not fail a whole list. */
export function decodedIfAny(text: string | undefined): PolicyDocument | undefined {
  try {
    return decodePolicyDocument(text ?? "");
  } catch {
    return undefined;
  }
}

/** The settings of a role as IAM has them; the boundary has calls of its own. */
interface WireSettings {
  readonly MaxSessionDuration?: number | undefined;
  readonly Description?: string | undefined;
}

/** A role's settings as GetRole and ListRoles return them. */
export function toSettings({
  MaxSessionDuration: maxSessionSeconds,
  Description: description,
}: WireSettings): Partial<UpdatableSettings> {
  return present({ maxSessionSeconds, description } satisfies Every<UpdatableSettings>);
}

/** The settings as CreateRole and UpdateRole take them. */
export function fromSettings({
  maxSessionSeconds: MaxSessionDuration,
  description: Description,
}: Partial<UpdatableSettings>): { readonly MaxSessionDuration?: number; readonly Description?: string } {
  return present({ MaxSessionDuration, Description });
}

type Every<Fields> = { readonly [Name in keyof Fields]-?: Fields[Name] | undefined };

/** A role as IAM's lists have it. */
export function toListing(
  role: WireSettings & {
    readonly Arn?: string | undefined;
    readonly RoleId?: string | undefined;
    readonly AssumeRolePolicyDocument?: string | undefined;
    readonly CreateDate?: Date | undefined;
  },
): RoleListing {
  return {
    arn: (role.Arn ?? "") as RoleArn,
    id: answered("a role's id", role.RoleId),
    trust: decodedIfAny(role.AssumeRolePolicyDocument),
    ...toSettings(role),
    ...(role.CreateDate !== undefined && { createdAt: role.CreateDate.toISOString() }),
  };
}
