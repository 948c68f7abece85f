import { line } from "../../../output/line.ts";
import { printable } from "../../../model/printable.ts";

/** Questions go to stderr, so that stdout stays the answer. */
const context = { output: process.stderr };

/** Asks yes or no; no unless yes is typed. */
export async function confirm(message: string): Promise<boolean> {
  const { default: ask } = await import("@inquirer/confirm");
  return ask({ message: String(line`${message}`), default: false }, context);
}

/** Lets one of a list be chosen. */
export async function choose(message: string, choices: readonly string[]): Promise<string> {
  const { default: ask } = await import("@inquirer/select");
  const shown = choices.map((value) => ({ value, name: printable(value), short: printable(value) }));
  return ask({ message: String(line`${message}`), choices: shown, pageSize: 15 }, context);
}

/** Asks for the code of an MFA device. */
export async function askMfaCode(serial: string): Promise<string> {
  const { default: ask } = await import("@inquirer/input");
  return ask({ message: String(line`MFA code of ${serial}`) }, context);
}
