import type { Command } from "commander";
import { buildProgram } from "../../src/program.ts";
import { listeningContext } from "../fakes/terminal.ts";

/** What `irsa completion` prints for a shell. */
export async function scriptFor(shell: string, ...more: readonly string[]): Promise<string> {
  const { context, heard } = listeningContext();
  const args = ["completion", shell, ...more];
  await (await buildProgram(args, context, "0")).parseAsync(args, { from: "user" });
  return heard.written.join("");
}

/** Every command with all that it has, by its words. */
export async function commandsByPath(): Promise<ReadonlyMap<string, Command>> {
  const { context } = listeningContext();
  const names = (await buildProgram([], context, "0")).commands.map((command) => command.name());
  const found = new Map<string, Command>();
  for (const name of names) {
    const command = (await buildProgram([name], context, "0")).commands.find((one) => one.name() === name);
    if (command === undefined) continue;
    found.set(name, command);
    const shown = command.createHelp().visibleCommands(command);
    for (const below of command.commands.filter((one) => shown.includes(one)))
      found.set(`${name} ${below.name()}`, below);
  }
  return found;
}

/** The long flags in the left column of a command's help. */
export function flagsInHelp(command: Command): string[] {
  const lines = command.configureHelp({ helpWidth: 200 }).helpInformation().split("\n");
  return lines.flatMap((line) => /^ {2}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1] ?? []).toSorted();
}
