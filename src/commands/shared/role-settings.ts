import type { Command } from "commander";
import type { Given } from "../../model/problems.ts";
import { ROLE_SETTINGS, SETTING_NAMES, type GivenSettings } from "../../model/role-settings.ts";
import { fromOperator } from "../../model/source.ts";

type Settings = typeof ROLE_SETTINGS;

/** The flags of a role's settings, as commander gives them. */
export type SettingFlags = { readonly [Name in keyof Settings as Settings[Name]["key"]]?: string };

/** Adds a flag for each setting of a role. */
export function addSettingOptions(command: Command): Command {
  for (const name of SETTING_NAMES) {
    const { flag, placeholder, help } = ROLE_SETTINGS[name];
    command.option(`${flag} <${placeholder}>`, help);
  }
  return command;
}

/** The settings that were given, each with its flag. */
export function givenSettings(flags: SettingFlags): GivenSettings {
  const given = SETTING_NAMES.flatMap((name): [string, Given][] => {
    const { flag, key } = ROLE_SETTINGS[name];
    const text = flags[key];
    return text === undefined ? [] : [[name, { where: flag, text: fromOperator(text) }]];
  });
  return Object.fromEntries(given);
}
