import type { KubeObject, LabelSelector, StringMap } from "./object.ts";
import { qualifiedName, type Resource } from "./resources.ts";
import { badRequest } from "./status.ts";

/** Whether an object is selected. */
export type Selector = (object: KubeObject) => boolean;

type LabelTest = (labels: StringMap) => boolean;

/** Whether a LabelSelector selects these labels; without a selector nothing is left out. */
export function matchesLabels(selector: LabelSelector | undefined, labels: StringMap = {}): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => OPERATORS[operator](labels[key], values))
  );
}

type LabelOperator = (value: string | undefined, values: readonly string[]) => boolean;

const OPERATORS = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
} satisfies Record<string, LabelOperator>;

/**
 * Reads `labelSelector` of a query: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
 * @throws ApiError 400 for one that can't be read.
 */
export function parseLabelSelector(text: string): Selector {
  const tests = splitOutsideParentheses(text).map(parseRequirement);
  return ({ metadata: { labels = {} } }) => tests.every((test) => test(labels));
}

const REQUIREMENT =
  /^(?:(?<absent>!)?\s*(?<key>[\w./-]+)|(?<name>[\w./-]+)\s*(?:(?<operator>=|==|!=)\s*(?<value>[\w.-]*)|\s(?<set>in|notin)\s*\((?<values>[^)]*)\)))$/;

function parseRequirement(text: string): LabelTest {
  const groups = REQUIREMENT.exec(text.trim())?.groups;
  if (groups === undefined) throw badRequest(`unable to parse requirement: found '${text}'`);
  const { absent, key, name = "", operator, value = "", set, values = "" } = groups;
  if (key !== undefined) return (labels) => (labels[key] === undefined) === (absent !== undefined);
  const listed = set === undefined ? [value] : values.split(",").map((item) => item.trim());
  const wanted = set === "in" || operator === "=" || operator === "==";
  return (labels) => OPERATORS[wanted ? "In" : "NotIn"](labels[name], listed);
}

function splitOutsideParentheses(text: string): readonly string[] {
  return text === "" ? [] : text.split(/,(?![^(]*\))/);
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.phase",
  ],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "reason",
    "type",
  ],
  namespaces: ["status.phase"],
  secrets: ["type"],
  "jobs.batch": ["status.successful"],
};

/**
 * Reads `fieldSelector` of a query: `metadata.name=a,spec.nodeName!=b`.
 * @throws ApiError 400 for a field that the resource can't be selected by.
 */
export function parseFieldSelector(resource: Resource, text: string): Selector {
  const supported = ["metadata.name", "metadata.namespace", ...(FIELDS[qualifiedName(resource)] ?? [])];
  const tests =
    text === "" ? [] : text.split(",").map((term) => parseFieldTerm(resource, text, term, supported));
  return (object) => tests.every((test) => test(object));
}

function parseFieldTerm(
  resource: Resource,
  text: string,
  term: string,
  supported: readonly string[],
): Selector {
  const match = /^([^=!]+)(==?|!=)(.*)$/.exec(term);
  if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
  const [, field = "", operator, value] = match;
  if (!supported.includes(field)) throw badRequest(unknownField(resource, field));
  return (object) => (fieldText(object, field) === value) === (operator !== "!=");
}

/** Each kind has its own way to say it. */
function unknownField(resource: Resource, field: string): string {
  if (resource.group === "batch") return `field label "${field}" not supported for ${resource.kind}`;
  return FIELDS[qualifiedName(resource)] === undefined
    ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
    : `field label not supported: ${field}`;
}

function fieldText(object: KubeObject, field: string): string {
  const value = field
    .split(".")
    .reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key], object);
  return typeof value === "string" ? value : "";
}
