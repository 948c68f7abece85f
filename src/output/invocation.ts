import { basename } from "node:path";
import type { CommandWords } from "../model/command-words.ts";

/** How kubectl names the executable of its plugin: `kubectl irsa` runs the `kubectl-irsa` that it finds on PATH. */
const PLUGIN = /^kubectl-irsa(?:\.(?:exe|cjs))?$/i;

/**
 * The words that start this program on a command line.
 * @param started the name by which it was started; a path, or without one
 */
export function invocationOf(started: string): CommandWords {
  return PLUGIN.test(basename(started.replaceAll("\\", "/"))) ? ["kubectl", "irsa"] : ["irsa"];
}

/** Of this process: the script's name under Node, and the binary's own name where it is compiled into one. */
const STARTED = "bun" in process.versions ? process.argv0 : (process.argv[1] ?? "");
const INVOCATION = invocationOf(STARTED);

/** The name that a help has for this program: `irsa`, or `kubectl irsa`. */
export const INVOKED_AS: string = INVOCATION.join(" ");

/** A command line whose `irsa` is written as this process was started: who has the plugin alone has no `irsa`. */
export function asInvoked<Words extends readonly string[]>(words: Words, invocation = INVOCATION): Words {
  const [program, ...args] = words;
  return program === "irsa" ? ([...invocation, ...args] as readonly string[] as Words) : words;
}

/** The examples of a help, with the same name in them. */
export function examplesAsInvoked(help: string, name = INVOKED_AS): string {
  return name === "irsa" ? help : help.replaceAll(/(^ +|[|(] ?|-- )irsa (?=[a-z…])/gm, `$1${name} `);
}
