import { loadSharedConfigFiles } from "@smithy/core/config";
import { Failure, type FailureDetail } from "../model/failure.ts";
import { nearest } from "../model/nearest.ts";
import { shellCommand } from "../model/shell.ts";

/** The profile that a flag, or AWS_PROFILE, names. */
export function namedProfile(flag: string | undefined): string | undefined {
  const name = flag ?? process.env["AWS_PROFILE"];
  return name === "" ? undefined : name;
}

/** Sections of the config file that are no profiles. Source: AWS SDKs and Tools Reference Guide, "config file format". */
const OTHER_SECTIONS = /^(sso-session|services)\./;
/** How many profiles are listed at most. */
const LISTED = 20;

/**
 * Holds a profile's name against the config files. Without, the SDK would go on to the next source of credentials, and
 * may find another account's at a machine's or a container's endpoint.
 * @throws Failure `no-profile`, with the profiles that there are
 */
export async function requireProfile(name: string): Promise<void> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const names = new Set([
    ...Object.keys(configFile).filter((section) => !OTHER_SECTIONS.test(section)),
    ...Object.keys(credentialsFile),
  ]);
  // The default profile is what there is without a name too.
  if (name === "default" || names.has(name)) return;
  throw noProfile(name, [...names].toSorted());
}

function wayOut(name: string, names: readonly string[]): FailureDetail {
  const meant = nearest(name, names);
  if (meant !== undefined) return { advice: `Is '${meant}' meant?` };
  if (names.length > 0) return { advice: "Choose one of these with --profile, or AWS_PROFILE" };
  return { advice: "Make it first:", command: shellCommand(["aws", "configure", "--profile", name]) };
}

function noProfile(name: string, names: readonly string[]): Failure {
  const config = process.env["AWS_CONFIG_FILE"] ?? "~/.aws/config";
  const credentials = process.env["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials";
  const listed =
    names.length > LISTED ? [...names.slice(0, LISTED), `and ${names.length - LISTED} more`] : names;
  return new Failure("input", "no-profile", `there is no AWS profile '${name}'`, {
    facts: [
      ["looked in", `${config}, ${credentials}`],
      ["there are", listed.length === 0 ? "none" : listed.join(", ")],
    ],
    ...wayOut(name, names),
  });
}
