import { awsWords } from "../model/aws-words.ts";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { loadSharedConfigFiles } from "@smithy/core/config";
import { Failure, type FailureDetail } from "../model/failure.ts";
import { nearest } from "../model/nearest.ts";
import { keepSecretsOf } from "../model/secrets.ts";
import { profileProblem, type ProfileProblem, type Profiles } from "./profile-problem.ts";
import { reasonCode } from "./reason-code.ts";

/** The profile that a flag, or AWS_PROFILE, names. */
export function namedProfile(flag: string | undefined): string | undefined {
  const name = flag ?? process.env["AWS_PROFILE"];
  return name === "" ? undefined : name;
}

/** Sections of the config file that are not profiles. Source: AWS SDKs and Tools Reference Guide, "config file format". */
const OTHER_SECTIONS = /^(sso-session|services)\./;
/** How many profiles are listed at most. */
const LISTED = 20;

/**
 * Holds a profile's name, and what the profile has in it, against the config files. Without, the SDK would go on to the
 * next source of credentials, and may find another account's at a machine's or a container's endpoint.
 * @param name the profile that was named; without, the default one gives the credentials that the environment has not
 * @throws Failure `no-profile`, with the profiles that there are; `bad-profile`, with what is wrong with it
 */
export async function requireProfile(name: string | undefined, canAskMfaCode: boolean): Promise<void> {
  const { profiles, names } = await readProfiles();
  // The default profile is what there is without a name too.
  if (name !== undefined && name !== "default" && !names.includes(name)) throw noProfile(name, names);
  if (name === undefined && process.env["AWS_ACCESS_KEY_ID"] !== undefined) return;
  const found = profileProblem(name ?? "default", profiles, canAskMfaCode);
  if (found !== undefined) throw badProfile(name ?? "default", found);
}

/** The profile that gives the credentials: the one that was named, and of those that it builds on the last. */
export async function usedProfile(
  name: string | undefined,
): Promise<{ readonly name: string; readonly keys: NonNullable<Profiles[string]> } | undefined> {
  const { profiles } = await readProfiles();
  for (let at = name ?? "default", left = Object.keys(profiles).length; left >= 0; left -= 1) {
    const keys = profiles[at];
    const next = keys?.["source_profile"];
    if (next === undefined || next === at) return keys && { name: at, keys };
    at = next;
  }
  return undefined;
}

/**
 * True where a profile, or one that it builds on, has a program give its credentials (`credential_process`), which may ask whoever sits there.
 * @param flag the profile that was named
 */
export async function runsProgram(flag: string | undefined): Promise<boolean> {
  const name = namedProfile(flag);
  if (name === undefined && hasKeysOfItsOwn(process.env)) return false;
  const { profiles } = await readProfiles();
  const seen = new Set<string>();
  for (let at: string | undefined = name ?? "default"; at !== undefined && !seen.has(at);) {
    if (profiles[at]?.["credential_process"] !== undefined) return true;
    seen.add(at);
    at = profiles[at]?.["source_profile"];
  }
  return false;
}

/** The SDK takes the environment's keys where both are there, and goes on to the profiles where one is missing or empty. */
function hasKeysOfItsOwn({
  AWS_ACCESS_KEY_ID: id = "",
  AWS_SECRET_ACCESS_KEY: secret = "",
}: NodeJS.ProcessEnv): boolean {
  return id !== "" && secret !== "";
}

async function readProfiles(): Promise<{ readonly profiles: Profiles; readonly names: readonly string[] }> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const profiles: Record<string, Record<string, string | undefined>> = { ...configFile };
  for (const [name, keys] of Object.entries(credentialsFile)) profiles[name] = { ...profiles[name], ...keys };
  for (const keys of Object.values(profiles)) keepSecretsOf(keys);
  const names = Object.keys(profiles).filter((section) => !OTHER_SECTIONS.test(section));
  return { profiles, names: names.toSorted() };
}

function badProfile(name: string, { profile, problem, advice }: ProfileProblem): Failure {
  const [config, credentials] = profileFiles();
  const through = profile === name ? [] : [["needed by", `the profile '${name}'`] as const];
  return new Failure("input", "bad-profile", `AWS profile '${profile}': ${problem}`, {
    facts: [["files", `${config}, ${credentials}`], ...through],
    advice,
  });
}

/** The two config files, each with why it can't be read, where that is so. */
function profileFiles(): [string, string] {
  const [config, credentials] = [process.env["AWS_CONFIG_FILE"], process.env["AWS_SHARED_CREDENTIALS_FILE"]];
  return [
    withReason(config ?? join(homedir(), ".aws/config"), config ?? "~/.aws/config"),
    withReason(credentials ?? join(homedir(), ".aws/credentials"), credentials ?? "~/.aws/credentials"),
  ];
}

/** The SDK takes a file that can't be read for an empty one. */
function withReason(file: string, shown: string): string {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isDirectory() ? `${shown} (is a directory)` : shown;
  } catch (error) {
    const code = reasonCode(error);
    return code === "ENOENT" ? shown : `${shown} (can't be read: ${code})`;
  }
}

function wayOut(name: string, names: readonly string[]): FailureDetail {
  const meant = nearest(name, names);
  if (meant !== undefined) return { advice: `Did you mean '${meant}'?` };
  // Which flag named another one, the user knows: there are several.
  const byEnvironment = name === process.env["AWS_PROFILE"];
  if (names.length > 0)
    return {
      advice: byEnvironment ? "Choose one of these with --profile or AWS_PROFILE" : "Choose one of these",
    };
  return { advice: "Create it first:", command: awsWords(["configure"], {}, ["--profile", name]) };
}

function noProfile(name: string, names: readonly string[]): Failure {
  const [config, credentials] = profileFiles();
  const listed =
    names.length > LISTED ? [...names.slice(0, LISTED), `and ${names.length - LISTED} more`] : names;
  return new Failure("input", "no-profile", `AWS profile '${name}' not found`, {
    facts: [
      ["searched", `${config}, ${credentials}`],
      ["available", listed.length === 0 ? "none" : listed.join(", ")],
    ],
    ...wayOut(name, names),
  });
}
