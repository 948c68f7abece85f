import { VARIABLES, type Place, type Variable } from "./place.ts";

/** A text of `Fn::Sub`, and the variables in it. */
export interface Substituted {
  readonly text: string;
  readonly used: readonly Variable[];
}

/**
 * One text of `Fn::Sub` for texts that differ from place to place in nothing but the place's own values.
 * @returns `undefined` where they differ in more, or have what `Fn::Sub` would not leave alone
 */
export function substituted(texts: readonly string[], places: readonly Place[]): Substituted | undefined {
  if (!texts.every(isPlain)) return undefined;
  const varying = VARIABLES.filter((name) => new Set(places.map(({ values }) => values[name])).size > 1);
  const all = new Set(texts.map((text, at) => withVariables(text, places[at], varying)));
  const [text, ...others] = all;
  if (text === undefined || others.length > 0) return undefined;
  return { text, used: varying.filter((name) => text.includes(`\${${name}}`)) };
}

/** True if every `${` begins a policy variable, which can be written as `${!…}`, and the text has no variable of ours itself. */
function isPlain(text: string): boolean {
  return !text.replaceAll(/\$\{[^\s${}!"^]+\}/g, "").includes("${") && !/\$\{!/.test(text);
}

function withVariables(text: string, place: Place | undefined, varying: readonly Variable[]): string {
  const escaped = text.replaceAll("${", "${!");
  const own = varying
    .map((name) => [name, place?.values[name] ?? ""] as const)
    .toSorted(([, one], [, other]) => other.length - one.length);
  // Whole words, or a cluster called "a" would be found in every text.
  const words = own.map(([, value]) => value.replaceAll(/[^\w]/g, String.raw`\$&`)).join("|");
  if (words === "") return escaped;
  const found = new RegExp(`(?<![A-Za-z0-9])(?:${words})(?![A-Za-z0-9])`, "g");
  return escaped.replaceAll(found, (value) => `\${${own.find(([, one]) => one === value)?.[0]}}`);
}
