/** Questions go to stderr, so that stdout stays the answer. */
const context = { output: process.stderr };

/** Asks yes or no; no unless yes is typed. */
export async function confirm(message: string): Promise<boolean> {
  const { default: ask } = await import("@inquirer/confirm");
  return ask({ message, default: false }, context);
}

/** Lets one of a list be chosen. */
export async function choose(message: string, choices: readonly string[]): Promise<string> {
  const { default: ask } = await import("@inquirer/select");
  return ask({ message, choices: [...choices], pageSize: 15 }, context);
}

/** Asks for the code of an MFA device. */
export async function askMfaCode(serial: string): Promise<string> {
  const { default: ask } = await import("@inquirer/input");
  return ask({ message: `MFA code of ${serial}` }, context);
}
