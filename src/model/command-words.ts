import type { Brand } from "./brand.ts";

/** `aws`, as `aws-words.ts` alone says it. */
export type AwsProgram = Brand<"AwsProgram">;

/** A command line as its words: a program and its arguments. Only `output/` makes a text of them, quoted for a shell. */
export type CommandWords = readonly [program: "irsa" | "kubectl" | "export" | AwsProgram, ...args: string[]];

/** A flag with its value; a value that begins like a flag is in the flag's own word, where it can't be one. */
export function flag(name: `--${string}`, value: string): readonly string[] {
  return value.startsWith("-") ? [`${name}=${value}`] : [name, value];
}
