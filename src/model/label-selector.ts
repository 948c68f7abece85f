import type { Brand } from "./brand.ts";
import type { LabelRequirement } from "./kubernetes-objects.ts";
import { invalid, valid, type Parsed } from "./problems.ts";

/** A label selector as it is typed and as the API server takes it. */
export type SelectorText = Brand<"SelectorText">;

const PREFIX = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const NAME = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Source: Kubernetes, "Labels and Selectors"; apimachinery, labels.Parse. */
export function parseSelector(text: string): Parsed<SelectorText> {
  const requirements = requirementsOf(text);
  return requirements.ok ? valid(text as SelectorText) : requirements;
}

/** What a selector requires, each requirement by itself. */
export function requirementsOf(text: string): Parsed<readonly LabelRequirement[]> {
  if (text.trim() === "") return invalid("is empty; use a label selector, such as app=web");
  const requirements: LabelRequirement[] = [];
  for (const one of requirementTexts(text)) {
    const requirement = requirementOf(one.trim());
    if (!requirement.ok) return requirement;
    requirements.push(requirement.value);
  }
  return valid(requirements);
}

/** Commas in parentheses are between values. */
function requirementTexts(text: string): readonly string[] {
  const sets = [...text.matchAll(/\([^()]*\)/g)];
  const outside = text.replaceAll(/\([^()]*\)/g, "()").split(",");
  return outside.map((one) => one.replaceAll("()", () => sets.shift()?.[0] ?? "()"));
}

function requirementOf(text: string): Parsed<LabelRequirement> {
  const [, not, existing] = /^(!?)\s*([^\s=!<>()]+)$/.exec(text) ?? [];
  if (existing !== undefined) return requirement(existing, not === "!" ? "DoesNotExist" : "Exists", []);
  const [, setKey, set, values] = /^([^\s=!<>()]+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text) ?? [];
  if (setKey !== undefined && values !== undefined) {
    const each = values.split(",").map((value) => value.trim());
    return requirement(setKey, set === "in" ? "In" : "NotIn", each);
  }
  const [, key, sign, value] = /^([^\s=!<>()]+)\s*(==|!=|=|<|>)\s*([^\s=!<>()]*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    return invalid(
      `is not a valid label selector at '${text}'; use KEY, !KEY, KEY=VALUE, KEY!=VALUE, KEY in (A,B) or KEY notin (A,B)`,
    );
  if (sign === "<" || sign === ">") {
    if (!/^-?\d+$/.test(value)) return invalid(`has '${value}' after '${sign}', which is not an integer`);
    return requirement(key, sign === "<" ? "Lt" : "Gt", [value]);
  }
  return requirement(key, sign === "!=" ? "NotIn" : "In", [value]);
}

function requirement(key: string, operator: string, values: readonly string[]): Parsed<LabelRequirement> {
  const [name = "", prefix, ...more] = key.split("/").toReversed();
  const isKey =
    NAME.test(name) &&
    more.length === 0 &&
    (prefix === undefined || (prefix.length <= 253 && PREFIX.test(prefix)));
  if (!isKey) return invalid(`has the label key '${key}', which is not valid`);
  const wrong = values.find((value) => value !== "" && !NAME.test(value) && !/^-\d+$/.test(value));
  if (wrong !== undefined) return invalid(`has the label value '${wrong}', which is not valid`);
  return valid({ key, operator, values });
}
