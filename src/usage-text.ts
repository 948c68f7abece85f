import type { Argument, Command, Option } from "commander";

/**
 * What commander says of a flag or an argument, worded as irsa's own errors are: its name, what is wrong, what would be
 * right. Everything else is left as it is.
 * @param text without commander's guess at what was meant
 */
export function usageText(text: string, { options, registeredArguments }: Command): string {
  const said = text.trimEnd();
  for (const option of options) {
    const own = ofOption(said, option);
    if (own !== undefined) return own;
  }
  for (const argument of registeredArguments) {
    const own = ofArgument(said, argument);
    if (own !== undefined) return own;
  }
  const [, command, most, given] = EXCESS.exec(said) ?? [];
  return command === undefined
    ? said
    : `error: too many arguments for ${command}: expected ${most}, but got ${given}`;
}

const EXCESS = /^error: too many arguments for '([^']+)'\. Expected (\d+) arguments? but got (\d+)\.$/;

function ofOption(said: string, { flags, long, short }: Option): string | undefined {
  const name = long ?? short ?? flags;
  if (said === `error: option '${flags}' argument missing`) return `error: ${name} needs a value: ${flags}`;
  if (said === `error: required option '${flags}' not specified`)
    return `error: ${name} is missing: pass ${flags}`;
  return refused(said, name, `error: option '${flags}' argument '`, "' is invalid. ");
}

function ofArgument(said: string, argument: Argument): string | undefined {
  const name = argument.name();
  if (said === `error: missing required argument '${name}'`)
    return `error: ${name} is missing: pass ${argument.argChoices?.join(", ") ?? argument.description}`;
  return refused(said, name, "error: command-argument value '", `' is invalid for argument '${name}'. `);
}

/** The last text after a value is ours: before it, a value may contain the same. */
function refused(said: string, name: string, before: string, after: string): string | undefined {
  const end = said.lastIndexOf(after);
  if (!said.startsWith(before) || end < before.length) return undefined;
  const value = said.slice(before.length, end);
  const right = said
    .slice(end + after.length)
    .replace(/^(Allowed choices are|Use) /, "use ")
    .replace(/\.$/, "");
  return `error: ${name} '${value}' is not valid; ${right}`;
}
