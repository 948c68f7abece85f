import type { Command } from "commander";
import { eksctlCommands } from "./eksctl-syntax/help.ts";
import { nearest } from "./model/nearest.ts";
import { INVOKED_AS } from "./output/invocation.ts";

/**
 * A line for a command line that commander refuses, where its own words lead astray: a slip in a flag makes it say that
 * another is missing.
 * @param text what commander says
 * @param command the one that was called, with what it did not take in its `args`
 */
export function usageHint(text: string, command: Command): string | undefined {
  return verboseHint(text) ?? eksctlHint(text) ?? orderHint(text, command) ?? slipHint(text, command);
}

/** Other tools say more with it, or their version. */
function verboseHint(text: string): string | undefined {
  return /^error: unknown option '(-v|--verbose)'/.test(text)
    ? "(--debug prints stack traces of failures, -V the version)"
    : undefined;
}

/** A verb of eksctl's needs a noun that irsa has; alone, it lists them. */
function eksctlHint(text: string): string | undefined {
  const verb = /^error: unknown command '([^' ]+)/.exec(text)?.[1];
  return verb !== undefined && eksctlCommands(verb).length > 0
    ? `(${INVOKED_AS} ${verb} lists the eksctl commands that irsa has an equivalent for)`
    : undefined;
}

/** Other tools take their flags before the command too. */
function orderHint(text: string, { parent }: Command): string | undefined {
  const flag = /^error: unknown option '([^']+)'\s*$/.exec(text)?.[1];
  return parent === null && flag !== undefined
    ? `(put flags after the command: ${INVOKED_AS} COMMAND ${flag} …)`
    : undefined;
}

function slipHint(text: string, { args, options }: Command): string | undefined {
  const named = /^error: unknown option '([^']+)'\s*$/.exec(text)?.[1];
  const slip = named ?? (isOptionMissing(text) ? args.find((arg) => /^--?[a-z]/i.test(arg)) : undefined);
  if (slip === undefined) return undefined;
  const [flag = slip] = slip.split("=");
  const flags = options.flatMap(({ long, hidden }) => (long === undefined || hidden ? [] : [long]));
  const begun = flags.filter((one) => one.startsWith(flag));
  const meant = begun.length === 1 ? begun[0] : nearest(flag, flags);
  if (named !== undefined) return meant === undefined ? undefined : `(Did you mean ${meant}?)`;
  return `(there is no ${flag}${meant === undefined ? "" : `; did you mean ${meant}?`})`;
}

function isOptionMissing(text: string): boolean {
  return text.startsWith("error: required option '");
}
