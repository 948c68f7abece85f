import { edited, type Attribute } from "./attributes.ts";
import type { Role } from "./iam-objects.ts";
import {
  ROLE_SETTINGS,
  SETTING_NAMES,
  settingOf,
  type RoleSettings,
  type SettingEdits,
  type SettingName,
  type SettingValues,
} from "./role-settings.ts";

/** The settings by the names of their flags, as answers in JSON have them: `null` where there is none. */
export type SettingsJson = {
  readonly [Name in SettingName as (typeof ROLE_SETTINGS)[Name]["key"]]: SettingValues[Name] | null;
};

/** What a role has of each setting. */
export function settingsJson(role: Partial<Pick<Role, SettingName>>): SettingsJson {
  return {
    permissionsBoundary: role.boundary ?? null,
    maxSessionDuration: role.maxSessionSeconds ?? null,
    description: role.description ?? null,
  };
}

/** The settings of a new role, as a plan shows them. */
export function createdSettings(role: RoleSettings): Attribute[] {
  return SETTING_NAMES.flatMap((name) => shown(name, undefined, role[name]));
}

/** The settings that an edit changes, as a plan shows them. */
export function editedSettings(edits: SettingEdits): Attribute[] {
  return SETTING_NAMES.flatMap((name) => shown(name, edits[name]?.before, edits[name]?.after));
}

/** The names of the settings that an edit changes. */
export function editedLabels(edits: SettingEdits): string[] {
  return SETTING_NAMES.filter((name) => edits[name] !== undefined).map((name) => ROLE_SETTINGS[name].label);
}

/** What a role does not have of the settings that are asked for, in words. */
export function settingLacks(role: Role, asked: RoleSettings): [string, string][] {
  return SETTING_NAMES.flatMap((name) => lack(name, role, asked[name]));
}

function shown<Name extends SettingName>(
  name: Name,
  before: SettingValues[Name] | undefined,
  after: SettingValues[Name] | undefined,
): Attribute[] {
  const { label, text } = settingOf(name);
  const [was, is] = [before, after].map((value) => (value === undefined ? undefined : text(value)));
  return was === undefined && is === undefined ? [] : [edited(label, was, is)];
}

function lack<Name extends SettingName>(
  name: Name,
  role: Role,
  asked: SettingValues[Name] | undefined,
): [string, string][] {
  const { label, of, text } = settingOf(name);
  const found = of(role);
  if (asked === undefined || asked === found) return [];
  const words = (value: SettingValues[Name] | undefined): string =>
    (value === undefined ? undefined : text(value)) ?? "none";
  return [[label, `${words(found)}, requested ${words(asked)}`]];
}
