import { STDIN } from "../files/read-file.ts";
import { SEVERITIES } from "../model/finding.ts";
import { nearest } from "../model/nearest.ts";
import { Problems } from "../model/problems.ts";
import { WAYS } from "../model/way.ts";
import type { ApplyOptions, AuditOptions, ConnectionOptions, FileOptions, VerifyOptions } from "./options.ts";

/** What a value must be, and how that is said. */
const KINDS = {
  text: ["a string", (value: unknown) => typeof value === "string"],
  texts: ["a list of strings", areTexts],
  flag: ["true or false", (value: unknown) => typeof value === "boolean"],
  yes: ["true", (value: unknown) => value === true],
  way: [`one of ${WAYS.join(", ")}`, isOneOf(WAYS)],
  severity: [`one of ${SEVERITIES.join(", ")}`, isOneOf(SEVERITIES)],
  some: ["a list of strings, one or more", (value: unknown) => areTexts(value) && value.length > 0],
  paths: ["a list of paths; '-' is not one", (value: unknown) => areTexts(value) && !value.includes(STDIN)],
  days: [
    "1 to 400",
    (value: unknown) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 400,
  ],
  count: ["a whole number", (value: unknown) => Number.isInteger(value)],
  document: ["a text or an object", (value: unknown) => isText(value) || isObject(value)],
  kubeconfig: [
    "a path or a loaded kubeconfig",
    (value: unknown) => isText(value) || has(value, "exportConfig"),
  ],
  credentials: ["credentials or a provider of them", isCredentials],
  signal: ["an AbortSignal", (value: unknown) => value instanceof AbortSignal],
} as const satisfies Readonly<Record<string, readonly [what: string, is: (value: unknown) => boolean]>>;

/** Which option has which kind of value; one that is named here only is a mistake that the compiler finds. */
type Table<Options> = Readonly<Record<keyof Options, keyof typeof KINDS>>;

const CONNECTION: Table<ConnectionOptions> = {
  region: "text",
  profile: "text",
  credentials: "credentials",
  kubeconfig: "kubeconfig",
  context: "text",
  organizationFile: "text",
  signal: "signal",
};

/** The options of `plan`. */
export const FILE: Table<FileOptions> = {
  ...CONNECTION,
  files: "paths",
  config: "document",
  include: "texts",
  exclude: "texts",
  way: "way",
  onlyMissing: "flag",
  set: "text",
  prune: "flag",
  pruneMax: "count",
  rolePrefix: "text",
  rolePath: "text",
  overrideExistingServiceaccounts: "flag",
  leaveExisting: "flag",
  associateOidc: "flag",
  allowSharedRole: "texts",
  allowDefaultServiceAccount: "flag",
  allowAdministratorPolicy: "flag",
};

/** The options of `apply`. */
export const APPLY: Table<ApplyOptions> = { ...FILE, expectPlan: "text", approve: "yes", wait: "flag" };

/** The options of `verify`. */
export const VERIFY: Table<VerifyOptions> = {
  ...CONNECTION,
  cluster: "text",
  subjects: "texts",
  namespace: "text",
  all: "flag",
  selector: "text",
  roleProfile: "text",
};

/** The options of `audit`. */
export const AUDIT: Table<AuditOptions> = {
  ...CONNECTION,
  clusters: "some",
  namespaces: "texts",
  rules: "texts",
  severity: "severity",
  unusedDays: "days",
  selector: "text",
  baseline: "text",
  files: "paths",
};

/**
 * Holds options against their table: who writes JavaScript has no compiler, and an option that is not known would be one
 * that is not heeded.
 * @throws Failure of kind `input` with everything that is wrong
 */
export function checkOptions<Options extends object>(
  options: Options,
  table: Table<Options>,
  required: readonly (keyof Options & string)[],
): void {
  const problems = new Problems();
  if (!isObject(options)) problems.note("the options", "", "must be an object");
  problems.throwIfAny();
  const kinds: Readonly<Record<string, keyof typeof KINDS | undefined>> = table;
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(table, name) ? kinds[name] : undefined;
    if (kind === undefined) problems.note(name, "", `is not an option${meant(name, Object.keys(table))}`);
    else if (value !== undefined) {
      const [what, is] = KINDS[kind];
      if (!is(value)) problems.note(name, shownOf(value, kind), `must be ${what}`);
    }
  }
  for (const name of required)
    if (options[name] === undefined)
      problems.note(name, "", `is missing: it must be ${KINDS[table[name]][0]}`);
  problems.throwIfAny();
}

/** The value as a message may have it. */
function shownOf(value: unknown, kind: keyof typeof KINDS): string {
  if (kind === "credentials") return "";
  return isText(value) || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function meant(name: string, names: readonly string[]): string {
  const other = nearest(name, names);
  return other === undefined ? `; the options are ${names.join(", ")}` : `; did you mean '${other}'?`;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isOneOf(values: readonly string[]): (value: unknown) => boolean {
  return (value) => isText(value) && values.includes(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function has(value: unknown, method: string): boolean {
  return isObject(value) && method in value;
}

function isCredentials(value: unknown): boolean {
  return (
    typeof value === "function" || (isObject(value) && "accessKeyId" in value && "secretAccessKey" in value)
  );
}
