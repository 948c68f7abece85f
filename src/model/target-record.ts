/** A failure as JSON: its code and message, and what else there is to say. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly hint: string | null;
  readonly command: string | null;
  readonly argv: readonly string[] | null;
}

/** A target, or a part of it, that is not in an answer. */
export interface MissingPart {
  readonly target: string;
  readonly awsAccount: string;
  readonly region: string | null;
  readonly cluster: string | null;
  readonly error: ErrorJson;
}

/** What was found out about a target: plain JSON, which can be put aside and read again. */
export interface TargetRecord {
  readonly name: string;
  readonly awsAccount: string;
  /** When reading it began, as ISO 8601; a run that goes on with another has older ones. */
  readonly readAt: string;
  /** As STS reports it; `null` where that is not known. */
  readonly caller: string | null;
  readonly clusters: readonly { readonly name: string; readonly arn: string }[];
  /** The whole target, or regions and clusters in it. */
  readonly missing: readonly MissingPart[];
  /** What the command found there; `null` where the whole target is missing. */
  readonly result: JsonObject | null;
  /** What text has of it that the result does not. */
  readonly shown?: readonly string[];
  /** The exit code of a run of this target alone. */
  readonly code: number;
}

/** An object of JSON of which nothing else is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for an object of JSON. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for what a record looks like, wherever it was read from; of its result nothing is known. */
export function isTargetRecord(value: unknown): value is TargetRecord {
  return (
    isJsonObject(value) &&
    isText(value["name"]) &&
    isText(value["awsAccount"]) &&
    isText(value["readAt"]) &&
    isTextOrNull(value["caller"]) &&
    isListOf(value["clusters"], (one) => isText(one["name"]) && isText(one["arn"])) &&
    isListOf(value["missing"], isMissingPart) &&
    (value["result"] === null || isJsonObject(value["result"])) &&
    (value["shown"] === undefined || (Array.isArray(value["shown"]) && value["shown"].every(isText))) &&
    typeof value["code"] === "number"
  );
}

function isMissingPart(value: JsonObject): boolean {
  const error = value["error"];
  return (
    isText(value["target"]) &&
    isText(value["awsAccount"]) &&
    [value["region"], value["cluster"]].every(isTextOrNull) &&
    isJsonObject(error) &&
    isText(error["code"]) &&
    isText(error["message"]) &&
    isListOf(error["facts"], (one) => isText(one["label"]) && isText(one["value"])) &&
    [error["hint"], error["command"]].every(isTextOrNull) &&
    (error["argv"] === null || (Array.isArray(error["argv"]) && error["argv"].every(isText)))
  );
}

function isListOf(value: unknown, isOne: (one: JsonObject) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => isJsonObject(one) && isOne(one));
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value);
}

/** How many targets of a run are there, whole or in part, how many are not, and sums of what was found in them. */
export interface TargetTotals {
  readonly targets: number;
  readonly complete: number;
  readonly partial: number;
  readonly missing: number;
  /** Those that an earlier run had read, and when the first of them was. */
  readonly resumed: { readonly targets: number; readonly oldest: string } | null;
  readonly found: Readonly<Record<string, number>>;
  /** The exit codes of the targets. */
  readonly codes: ReadonlySet<number>;
}

/** Before any target is counted. @param sums which numbers in the summaries of results are added up */
export function noTargets(sums: readonly string[]): TargetTotals {
  const found = Object.fromEntries(sums.map((name) => [name, 0]));
  return { targets: 0, complete: 0, partial: 0, missing: 0, resumed: null, found, codes: new Set() };
}

/** Adds a target, and the numbers in the summary of its result. @param began when this run did */
export function countTarget(
  totals: TargetTotals,
  { missing, result, code, readAt }: TargetRecord,
  began: string,
): TargetTotals {
  const state = result === null ? "missing" : missing.length > 0 ? "partial" : "complete";
  const summary = summaryOf(result);
  const found = Object.entries(totals.found).map(([name, sum]): [string, number] => {
    const more = summary[name];
    return [name, typeof more === "number" ? sum + more : sum];
  });
  return {
    ...totals,
    targets: totals.targets + 1,
    [state]: totals[state] + 1,
    resumed: readAt < began ? oneMore(totals.resumed, readAt) : totals.resumed,
    found: Object.fromEntries(found),
    codes: new Set([...totals.codes, code]),
  };
}

function oneMore(resumed: TargetTotals["resumed"], readAt: string): TargetTotals["resumed"] {
  const { targets, oldest } = resumed ?? { targets: 0, oldest: readAt };
  return { targets: targets + 1, oldest: readAt < oldest ? readAt : oldest };
}

function summaryOf(result: JsonObject | null): JsonObject {
  const summary = result?.["summary"];
  return isJsonObject(summary) ? summary : {};
}
