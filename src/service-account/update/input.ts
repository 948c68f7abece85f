import { parsePolicyArn, type PolicyArn } from "../../model/arn.ts";
import { MANAGED_BY_LABEL } from "../../model/ownership-tags.ts";
import { invalid, Problems, valid, type Given, type Parsed } from "../../model/problems.ts";
import { parseRoleName } from "../../model/role-name.ts";
import { parseNamespaceName, parseServiceAccountName } from "../../model/service-account-ref.ts";
import { parseTag } from "../../oidc-association/input.ts";
import {
  askedSettings,
  parseSettings,
  type AskedSettings,
  type GivenSettings,
} from "../../model/role-settings.ts";
import { derived, type FromOperator } from "../../model/source.ts";
import { inlineDocument, LIMIT, type GivenDocument } from "../create/given-document.ts";
import { parseLabel } from "../service-account/label.ts";
import { parseAssociationEdit, type GivenAssociationEdit } from "./association-input.ts";
import type { DesiredUpdate, InlineAsk, PolicyEdit } from "./desired.ts";

/** What the user typed for an update, unjudged; each value with its flag. */
export interface UpdateInput {
  /** Absent where that has been noted already. */
  readonly namespace?: Given | undefined;
  /** Absent where that has been noted already. */
  readonly name?: Given | undefined;
  readonly roleName?: Given | undefined;
  readonly addPolicies: readonly Given[];
  readonly removePolicies: readonly Given[];
  readonly setPolicies: readonly Given[];
  readonly inline?: GivenDocument | undefined;
  /** Names of inline policies to delete; an empty one stands for irsa's own. Absent where nothing is to be deleted. */
  readonly removeInline?: readonly Given[] | undefined;
  readonly association?: GivenAssociationEdit | undefined;
  readonly settings: GivenSettings;
  readonly removeBoundary?: FromOperator<string> | undefined;
  /** As `key=value`. */
  readonly tags: readonly Given[];
  readonly removeTags: readonly Given[];
  readonly labels: readonly Given[];
  readonly removeLabels: readonly Given[];
  readonly allowAdministrator: boolean;
  readonly overrideEngine?: boolean;
  /** Names of roles that others may assume too. */
  readonly sharedRoles: readonly Given[];
}

/**
 * Validates all input together.
 * @throws Failure of kind `input` that names every wrong value
 */
export function parseUpdateInput(input: UpdateInput, problems = new Problems()): DesiredUpdate {
  const namespace = problems.one(input.namespace, parseNamespaceName);
  const name = problems.one(input.name, parseServiceAccountName);
  const roleName = problems.one(input.roleName, parseRoleName);
  const inline = inlineOf(input, problems);
  const association = input.association && parseAssociationEdit(input.association, problems);
  const settings = settingsFrom(input, problems);
  const tags = pairs(input.tags, input.removeTags, parseTag, parseTagKey, problems);
  const labels = pairs(input.labels, input.removeLabels, parseLabel, parseLabelKey, problems);
  const desired = {
    policies: policyEdit(input, problems),
    ...(roleName !== undefined && { roleName }),
    ...(inline !== undefined && { inline }),
    ...(association !== undefined && { association }),
    ...settings,
    setTags: tags.set,
    unsetTags: tags.unset,
    setLabels: labels.set,
    unsetLabels: labels.unset,
    allowAdministrator: input.allowAdministrator,
    ...(input.overrideEngine === true && { overrideEngine: true }),
    sharedRoles: problems.each(input.sharedRoles, parseRoleName),
  };
  if (asksNothing(input))
    problems.note("update-sa", "", "requires at least one change: see irsa update-sa --help");
  problems.throwIfAny();
  if (namespace === undefined || name === undefined) throw new TypeError("unnoted problem");
  return { serviceAccount: { namespace, name }, ...desired };
}

function inlineOf({ inline, removeInline = [] }: UpdateInput, problems: Problems): InlineAsk | undefined {
  const [removal] = removeInline;
  if (inline !== undefined && removal !== undefined)
    problems.note(removal.where, removal.text, `can't be used with ${inline.where("")}`);
  const document = inline && inlineDocument(inline, problems);
  if (document !== undefined) return { set: document };
  if (removal === undefined) return undefined;
  const named = removeInline.filter(({ text }) => text !== "");
  const names = problems.each(named, parseInlineName);
  return { remove: { own: named.length < removeInline.length, names: [...new Set(names)] } };
}

/** The name of an inline policy. Source: IAM API Reference, PutRolePolicy (`PolicyName`). */
function parseInlineName(text: string): Parsed<string> {
  return /^[\w+=,.@-]{1,128}$/.test(text)
    ? valid(text)
    : invalid("is not a valid inline policy name: use up to 128 letters, digits and +=,.@_-");
}

function policyEdit(input: UpdateInput, problems: Problems): PolicyEdit {
  const add = problems.each(input.addPolicies, parsePolicyArn);
  const remove = problems.each(input.removePolicies, parsePolicyArn);
  const exactly = distinct(problems.each(input.setPolicies, parsePolicyArn));
  const [first] = input.setPolicies;
  if (first !== undefined) {
    for (const beside of [...input.addPolicies, ...input.removePolicies].slice(0, 1))
      problems.note(beside.where, beside.text, `can't be used with ${first.where}, which sets all of them`);
    if (exactly.length > LIMIT.policies)
      problems.note(first.where, "", `has ${exactly.length} policies; a role can have ${LIMIT.policies}`);
    return { kind: "exactly", policies: exactly };
  }
  for (const { where, text } of input.removePolicies)
    if (input.addPolicies.some((one) => one.text === text)) problems.note(where, text, "is also added");
  return { kind: "some", add: distinct(add), remove: distinct(remove) };
}

function settingsFrom({ settings, removeBoundary }: UpdateInput, problems: Problems): AskedSettings {
  const asked = askedSettings(parseSettings(settings, problems));
  if (removeBoundary === undefined) return asked;
  if (settings.boundary !== undefined)
    problems.note(removeBoundary, "", `can't be used with ${settings.boundary.where}`);
  return { ...asked, boundary: { remove: derived(removeBoundary, () => true as const) } };
}

function distinct<Policy extends PolicyArn>(policies: readonly Policy[]): Policy[] {
  return [...new Set(policies)];
}

function pairs(
  given: readonly Given[],
  removals: readonly Given[],
  parse: (text: string) => Parsed<readonly [string, string]>,
  parseKey: (text: string) => Parsed<string>,
  problems: Problems,
): { readonly set: Record<string, string>; readonly unset: string[] } {
  const set = Object.fromEntries(problems.each(given, parse));
  for (const { where, text } of removals) if (text in set) problems.note(where, text, "is also set");
  return { set, unset: [...new Set(problems.each(removals, parseKey))] };
}

function parseTagKey(text: string): Parsed<string> {
  const parsed = parseTag(`${text}=`);
  if (text.includes("=")) return invalid("is not a valid tag key: omit '=' and the value");
  return parsed.ok ? valid(text) : parsed;
}

function parseLabelKey(text: string): Parsed<string> {
  if (text === MANAGED_BY_LABEL) return invalid("is irsa's ownership label");
  const parsed = parseLabel(`${text}=x`);
  return parsed.ok && !text.includes("=")
    ? valid(text)
    : invalid("is not a valid label key; examples are team and example.com/team");
}

function asksNothing(input: UpdateInput): boolean {
  const { addPolicies, removePolicies, setPolicies, tags, removeTags, labels, removeLabels } = input;
  const lists = [addPolicies, removePolicies, setPolicies, tags, removeTags, labels, removeLabels];
  const { inline, removeInline = [], removeBoundary, settings, association } = input;
  const single = [inline, removeBoundary, ...Object.values(settings), ...Object.values(association ?? {})];
  return (
    [...lists, removeInline].every(({ length }) => length === 0) &&
    single.every((given) => given === undefined)
  );
}
