import { Argument, Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { TextBlock } from "../../output/text-block.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { placesOf, type Place } from "./tree.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS: Readonly<Record<string, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const EXAMPLES = `
The script contains all commands, flags and their values; completion runs nothing.

Examples:
  source <(irsa completion bash)                                 # in ~/.bashrc
  source <(irsa completion zsh)                                  # in ~/.zshrc, after compinit
  irsa completion fish > ~/.config/fish/completions/irsa.fish
`;

/** `irsa completion`: a script that completes commands, flags and values. @param whole the program with all commands */
export function completion({ terminal }: CommandContext, whole: () => Promise<Command>): Command {
  return new Command("completion")
    .description("print a shell completion script for commands, flags and their values")
    .addArgument(new Argument("<shell>", "shell to print the script for").choices(Object.keys(SCRIPTS)))
    .addHelpText("after", EXAMPLES)
    .action(async (shell: string) => {
      const script = SCRIPTS[shell];
      if (script !== undefined) terminal.print(TextBlock.verbatim(script(placesOf(await whole()))));
    });
}
