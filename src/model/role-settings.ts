import { parsePolicyArn, type PolicyArn } from "./arn.ts";
import { quoted } from "./attributes.ts";
import { parseDuration } from "./duration.ts";
import type { GivableRole } from "./authority.ts";
import { boundaryEdit, type AskedBoundary, type BoundaryEdit } from "./boundary-edit.ts";
import type { Role } from "./iam-objects.ts";
import { invalid, valid, type Given, type Parsed, type Problems } from "./problems.ts";
import { present } from "./present.ts";
import type { FromOperator } from "./source.ts";

/** What a role itself has by one value each. */
export interface SettingValues {
  readonly boundary: PolicyArn;
  readonly maxSessionSeconds: number;
  readonly description: string;
}

/** The name of a setting, as changes and the role itself have it. */
export type SettingName = keyof SettingValues;

/** What can be asked of a role itself; a setting that is absent is left as it is found. */
export type RoleSettings = Partial<Omit<SettingValues, "boundary">> & {
  readonly boundary?: FromOperator<PolicyArn>;
};

/** All that is known of a setting but how IAM is called for it (`aws/`). */
interface Setting<Value> {
  /** The flag of `create-sa` and `update-sa`, and commander's name of it. */
  readonly flag: `--${string}`;
  readonly placeholder: string;
  readonly key: string;
  readonly help: string;
  readonly parse: (text: string) => Parsed<Value>;
  /** What plans and refusals call it. */
  readonly label: string;
  /** What the role has; `undefined` where it has none. */
  readonly of: (role: Pick<Role, SettingName>) => Value | undefined;
  /** How it is shown; `undefined` for a value that stands for none. */
  readonly text: (value: Value) => string | undefined;
}

type SettingTable = { readonly [Name in SettingName]: Setting<SettingValues[Name]> };

/** Every setting. Another one is a row here, a field of `Role`, and what `aws/` reads and writes. */
export const ROLE_SETTINGS = {
  boundary: {
    flag: "--permissions-boundary",
    placeholder: "arn",
    key: "permissionsBoundary",
    help: "permissions boundary",
    parse: parsePolicyArn,
    label: "boundary",
    of: ({ boundary }) => boundary,
    text: (arn) => arn,
  },
  maxSessionSeconds: {
    flag: "--max-session-duration",
    placeholder: "time",
    key: "maxSessionDuration",
    help: "maximum session duration, 1h to 12h",
    parse: parseSession,
    label: "max session",
    of: ({ maxSessionSeconds }) => maxSessionSeconds,
    text: (seconds) => `${seconds} s`,
  },
  description: {
    flag: "--description",
    placeholder: "text",
    key: "description",
    help: "description of the role, up to 1000 characters",
    parse: parseDescription,
    label: "description",
    // IAM leaves out an empty one.
    of: ({ description }) => description ?? "",
    text: (text) => (text === "" ? undefined : quoted(text)),
  },
} as const satisfies SettingTable;

/** The row of a setting, whose values are of its own type. */
export function settingOf<Name extends SettingName>(name: Name): Setting<SettingValues[Name]> {
  const table: SettingTable = ROLE_SETTINGS;
  return table[name];
}

/** The settings, in the order in which they are shown and written. */
export const SETTING_NAMES = Object.keys(ROLE_SETTINGS) as readonly SettingName[];

/** A setting that is changed. */
export interface ValueEdit<Value> {
  readonly before?: Value;
  readonly after?: Value;
}

/** The settings that an edit changes. */
export type SettingEdits = Readonly<Partial<Record<"boundary", BoundaryEdit>>> & {
  readonly [Name in Exclude<SettingName, "boundary">]?: ValueEdit<SettingValues[Name]>;
};

/** The settings that are asked for, one of which may be asked to be removed. */
export type AskedSettings = Omit<RoleSettings, "boundary"> & { readonly boundary?: AskedBoundary };

/** The settings as they are asked for where none may be removed. */
export function askedSettings(asked: RoleSettings): AskedSettings {
  const { boundary, ...settings } = settingsOf(asked);
  return { ...settings, ...(boundary !== undefined && { boundary: { set: boundary } }) };
}

/** Every setting, be it there or not: the compiler names the one that was forgotten. */
type Complete<Fields> = { readonly [Name in SettingName]-?: Fields[Name & keyof Fields] | undefined };

/** The settings of the operator's flags or file, unjudged. */
export type GivenSettings = { readonly [Name in SettingName]?: Given | undefined };

/** Judges them; what is wrong is noted. */
export function parseSettings(given: GivenSettings, problems: Problems): RoleSettings {
  return present({
    boundary: problems.one(given.boundary, ROLE_SETTINGS.boundary.parse),
    maxSessionSeconds: problems.one(given.maxSessionSeconds, ROLE_SETTINGS.maxSessionSeconds.parse),
    description: problems.one(given.description, ROLE_SETTINGS.description.parse),
  } satisfies Complete<RoleSettings>);
}

/** Where the role differs from what is asked. */
export function settingEdits(role: Role, asked: AskedSettings, give: () => GivableRole): SettingEdits {
  const { boundary } = asked;
  const bound = boundary === undefined || "remove" in boundary ? undefined : boundary.set;
  return present({
    boundary:
      boundary === undefined || bound === role.boundary
        ? undefined
        : boundaryEdit(give(), role.boundary, boundary),
    maxSessionSeconds: valueEdit("maxSessionSeconds", role, asked.maxSessionSeconds),
    description: valueEdit("description", role, asked.description),
  } satisfies Complete<SettingEdits>);
}

function valueEdit<Name extends SettingName>(
  name: Name,
  role: Role,
  after: SettingValues[Name] | undefined,
): ValueEdit<SettingValues[Name]> | undefined {
  const before = settingOf(name).of(role);
  if (after === undefined || after === before) return undefined;
  return { ...(before !== undefined && { before }), after };
}

/** The settings alone. */
export function settingsOf<Settings extends { readonly [Name in SettingName]?: unknown }>({
  boundary,
  maxSessionSeconds,
  description,
}: Settings): Partial<Pick<Settings, SettingName>> {
  return present({ boundary, maxSessionSeconds, description } satisfies Complete<Settings>);
}

/** The role with its settings edited. */
export function withSettings(role: Role, edits: SettingEdits): Role {
  const { boundary, maxSessionSeconds, description, ...rest } = role;
  const after = {
    boundary: valueAfter(boundary, edits.boundary),
    // Every role has one.
    maxSessionSeconds: edits.maxSessionSeconds?.after ?? maxSessionSeconds,
    description: valueAfter(description, edits.description),
  } satisfies Complete<SettingValues>;
  return { ...rest, ...present(after), maxSessionSeconds: after.maxSessionSeconds };
}

function valueAfter<Value>(before: Value, edit: ValueEdit<Value> | undefined): Value | undefined {
  return edit === undefined ? before : edit.after;
}

/** A session duration: seconds, or with a unit (`45m`, `2h`). Source: IAM API Reference, CreateRole: 1 to 12 hours. */
function parseSession(text: string): Parsed<number> {
  const parsed = parseDuration(text);
  const seconds = parsed.ok ? parsed.value / 1000 : 0;
  if (Number.isInteger(seconds) && seconds >= 3600 && seconds <= 43_200) return valid(seconds);
  return invalid("is not a valid session duration: use 3600 to 43200 seconds, or for example 2h");
}

/** The most characters of a role's description. */
const LONGEST_DESCRIPTION = 1000;

/** A role's description. Source: IAM API Reference, CreateRole (`Description`): Latin-1, tabs and line breaks. */
function parseDescription(text: string): Parsed<string> {
  const wrong = /[^\t\n\r\u0020-\u007E\u00A1-\u00FF]/u.exec(text)?.[0];
  if (wrong !== undefined) {
    const code = `U+${(wrong.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    return invalid(
      `is not a valid description: IAM allows printable Latin-1 characters only, not '${wrong}' (${code})`,
    );
  }
  return text.length <= LONGEST_DESCRIPTION
    ? valid(text)
    : invalid(`has ${text.length} characters; a description can have at most ${LONGEST_DESCRIPTION}`);
}
