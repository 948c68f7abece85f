import { isAlias, isScalar, type Alias, type Pair, type Scalar } from "yaml";
import { invalid, valid, type Parsed } from "../model/problems.ts";
import { firstAliasOf } from "../syntax/yaml.ts";
import type { Edit } from "./edits.ts";
import type { PodSpecPlace } from "./find-pod-makers.ts";
import { pairOf } from "./lookup.ts";

const KEY = "serviceAccountName";

/** The edit that makes a pod spec name the ServiceAccount, and touches nothing else; or why there is none. */
export function setServiceAccount(place: PodSpecPlace, serviceAccount: string, text: string): Parsed<Edit> {
  const pair = pairOf(place.map, KEY);
  if (pair !== undefined) return replaceValue(pair, serviceAccount, text);
  return place.map.flow === true
    ? insertInFlow(place, serviceAccount, text)
    : insertInBlock(place, serviceAccount, text);
}

function replaceValue(pair: Pair, serviceAccount: string, text: string): Parsed<Edit> {
  const { value } = pair;
  if (isAlias(value)) return valid(replacing(value, plain(serviceAccount)));
  if (value === null || isEmpty(value)) return fillIn(pair, serviceAccount);
  if (!isScalar(value)) return invalid(`has a ${KEY} that is not a string`);
  if (isUsedElsewhere(value))
    return invalid(`has a ${KEY} with the anchor &${value.anchor}, which is also used elsewhere`);
  const [start, end] = value.range ?? [0, 0];
  // A block scalar holds its last line break.
  const ending = /\r?\n$/.exec(text.slice(start, end))?.[0] ?? "";
  return valid(replacing(value, quotedAs(value, serviceAccount) + ending));
}

function replacing({ range }: Alias | Scalar, text: string): Edit {
  const [start, end] = range ?? [0, 0];
  return { start, end, text };
}

function isEmpty(value: unknown): boolean {
  return (
    isScalar(value) && value.range !== null && value.range !== undefined && value.range[0] === value.range[1]
  );
}

/** `serviceAccountName:` with nothing behind it. */
function fillIn({ srcToken }: Pair, serviceAccount: string): Parsed<Edit> {
  const colon = srcToken?.sep?.find(({ type }) => type === "map-value-ind");
  if (colon === undefined) return invalid(`has a ${KEY} without ':'`);
  const at = colon.offset + colon.source.length;
  return valid({ start: at, end: at, text: ` ${plain(serviceAccount)}` });
}

function isUsedElsewhere(value: Scalar): boolean {
  return firstAliasOf(value) !== undefined;
}

/** A line of its own, first in the mapping: behind the line of its key (and of its anchor or tag), before any comment. */
function insertInBlock({ found, map }: PodSpecPlace, serviceAccount: string, text: string): Parsed<Edit> {
  const first = map.range?.[0] ?? 0;
  const indent = text.slice(text.lastIndexOf("\n", first - 1) + 1, first);
  const heads = (found.pair.srcToken?.sep ?? []).filter(({ type }) =>
    /^(map-value-ind|anchor|tag)$/.test(type),
  );
  const last = heads.at(-1);
  const lineEnd = last === undefined ? -1 : text.indexOf("\n", last.offset + last.source.length);
  if (!/^ +$/.test(indent) || lineEnd < 0 || lineEnd >= first)
    return invalid("has a pod spec in a form that can't be extended; use block style");
  const ending = text[lineEnd - 1] === "\r" ? "\r\n" : "\n";
  const at = lineEnd + 1;
  return valid({ start: at, end: at, text: `${indent}${KEY}: ${plain(serviceAccount)}${ending}` });
}

/** First in the braces, as JSON where it is JSON, on a line of its own where the others have theirs. */
function insertInFlow({ map }: PodSpecPlace, serviceAccount: string, text: string): Parsed<Edit> {
  const open = (map.range?.[0] ?? 0) + 1;
  const [first] = map.items;
  const key = first?.key;
  if (!isScalar(key)) return valid({ start: open, end: open, text: entry(serviceAccount, false) });
  const isJson = key.type === "QUOTE_DOUBLE";
  const start = key.range?.[0] ?? open;
  const between = text.slice(open, start);
  const [, ending] = /(\r?\n)[ \t]*$/.exec(between) ?? [];
  if (ending === undefined) return valid({ start, end: start, text: `${entry(serviceAccount, isJson)}, ` });
  const indent = between.slice(between.lastIndexOf("\n") + 1);
  return valid({ start, end: start, text: `${entry(serviceAccount, isJson)},${ending}${indent}` });
}

function entry(serviceAccount: string, isJson: boolean): string {
  return isJson ? `"${KEY}": "${serviceAccount}"` : `${KEY}: ${plain(serviceAccount)}`;
}

function quotedAs({ type }: Scalar, serviceAccount: string): string {
  if (type === "QUOTE_DOUBLE") return `"${serviceAccount}"`;
  if (type === "QUOTE_SINGLE") return `'${serviceAccount}'`;
  return plain(serviceAccount);
}

/** What YAML 1.1 or 1.2 reads as something else than text. Source: YAML 1.1 types `bool`, `null`, `float`. */
const NO_TEXT = /^(y|n|yes|no|true|false|on|off|null|nan|inf)$/;

/** A ServiceAccount's name (a-z, 0-9, `-`, `.`) as a scalar that every YAML parser takes for text. */
function plain(serviceAccount: string): string {
  return /^[a-z]/.test(serviceAccount) && !NO_TEXT.test(serviceAccount)
    ? serviceAccount
    : `"${serviceAccount}"`;
}
