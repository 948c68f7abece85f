import type { Problems } from "../model/problems.ts";
import { placeText } from "./place.ts";
import { childOf, entriesOf, isTrue, itemsOf, textOf, type Tree } from "./tree.ts";
import { WELL_KNOWN_POLICIES } from "./well-known-policies/catalog.ts";
import type { WellKnownChoice } from "./well-known-policies/permissions.ts";
import type { PolicyInput } from "./well-known-policies/policy.ts";

const ARN = /^arn:aws[a-z0-9-]*:[^\s]+$/;

/** The well-known policies that are asked for: by `true`, or by a mapping with what narrows them. */
export function readWellKnown(tree: Tree | undefined, problems: Problems): readonly WellKnownChoice[] {
  return WELL_KNOWN_POLICIES.flatMap((policy) => {
    const value = childOf(tree, policy.field);
    if (value === undefined || (value.kind === "scalar" && !isTrue(value))) return [];
    const inputs = Object.entries(policy.inputs);
    const lists = inputs
      .filter(([, { kind }]) => kind === "list")
      .map(([name, input]) => [name, listOf(childOf(value, name), input, problems)] as const);
    const switches = entriesOf(value)
      .filter(({ value: one }) => isTrue(one))
      .map(({ key }) => key);
    for (const name of switches) {
      const { excludes } = policy.inputs[name] ?? {};
      if (excludes !== undefined && switches.includes(excludes))
        problems.note(placeText(value.at), name, `can't be combined with ${excludes}`);
    }
    return [{ policy, lists: Object.fromEntries(lists), switches }];
  });
}

function listOf(tree: Tree | undefined, input: PolicyInput, problems: Problems): readonly string[] {
  const { about, pattern = ARN } = input;
  if (tree?.kind === "list" && tree.items.length === 0)
    problems.note(placeText(tree.at), "", `is empty; expected ${about}`);
  return itemsOf(tree).flatMap((item) => {
    const text = textOf(item);
    if (text === undefined) return [];
    if (!pattern.test(text)) problems.note(placeText(item.at), text, `is not valid; expected ${about}`);
    return [text];
  });
}
