import type { Command } from "commander";
import { nearest } from "./model/nearest.ts";
import { shellCommand } from "./model/shell.ts";

/**
 * A line for a command line that commander refuses, where its own words lead astray: a slip in a flag makes it say that
 * another is missing, and a ServiceAccount is a word to `verify` and two flags elsewhere.
 * @param text what commander says
 * @param command the one that was called, with what it did not take in its `args`
 */
export function usageHint(text: string, command: Command): string | undefined {
  return (
    verboseHint(text) ??
    orderHint(text, command) ??
    wordHint(text, command) ??
    slipHint(text, command) ??
    serviceAccountHint(text, command)
  );
}

/** Other tools say more with it, or their version. */
function verboseHint(text: string): string | undefined {
  return /^error: unknown option '(-v|--verbose)'/.test(text)
    ? "(--debug prints stack traces of failures, -V the version)"
    : undefined;
}

/** Other tools take their flags before the command too. */
function orderHint(text: string, { parent }: Command): string | undefined {
  const flag = /^error: unknown option '([^']+)'\s*$/.exec(text)?.[1];
  return parent === null && flag !== undefined
    ? `(put flags after the command: irsa COMMAND ${flag} …)`
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
  const hint = meant === undefined ? "" : `did you mean ${meant}?`;
  if (named !== undefined) return hint === "" ? undefined : `(${hint})`;
  return `(there is no ${flag}${hint === "" ? "" : `; ${hint}`})`;
}

/** A ServiceAccount is two flags to those that change one, and a word to those that look at it. */
function wordHint(text: string, { registeredArguments: [first] }: Command): string | undefined {
  const isFlag = /^error: unknown option '(-n|--namespace|--name)[='\s]/.test(text);
  return isFlag && /NAMESPACE\/NAME/.test(first?.description ?? "")
    ? "(pass the ServiceAccount as NAMESPACE/NAME)"
    : undefined;
}

function serviceAccountHint(
  text: string,
  { args, options, registeredArguments }: Command,
): string | undefined {
  const isMeant = isOptionMissing(text, "--name") || text.startsWith("error: too many arguments");
  const hasFlags = ["--namespace", "--name"].every((flag) => options.some(({ long }) => long === flag));
  const word = args.find((arg) => !arg.startsWith("-")) ?? "";
  if (!isMeant || !hasFlags || registeredArguments.length > 0 || word === "") return undefined;
  const [first = "", second] = word.split("/");
  const flags = second === undefined ? ["--name", first] : ["-n", first, "--name", second];
  return `(pass the ServiceAccount with flags: ${shellCommand(flags)})`;
}

function isOptionMissing(text: string, flag = ""): boolean {
  return text.startsWith(`error: required option '`) && text.includes(flag);
}
