import { Argument, Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import { DATASETS, LIVE_KIND_NAMES, type Dataset, type LiveKind } from "./live/kinds.ts";
import type { ReadPlace } from "./live/place.ts";
import { SHELLS, type Shell } from "./shells.ts";

const EXAMPLES = `
The script contains all commands, flags and their fixed values. Names of clusters, namespaces, ServiceAccounts and roles come
from AWS and the cluster: irsa reads them in the background and caches them for five minutes, so the first Tab may offer
nothing. It never asks for an MFA code and runs no credential plugins; --no-live leaves these names out.

Examples:
  source <(irsa completion bash)                                 # in ~/.bashrc
  source <(irsa completion zsh)                                  # in ~/.zshrc, after compinit
  irsa completion fish > ~/.config/fish/completions/irsa.fish
  irsa completion powershell | Out-String | Invoke-Expression    # in $PROFILE
`;

/** `irsa completion`: a script that completes commands, flags and values. @param whole the program with all commands */
export function completion(context: CommandContext, whole: () => Promise<Command>): Command {
  return (
    new Command("completion")
      .description("print a shell completion script for commands, flags and their values")
      .usage("[options] <shell>")
      .addArgument(new Argument("<shell>", "shell to print the script for").choices(SHELLS))
      .option("--no-live", "without names from AWS and the cluster: completion makes no calls")
      .addHelpText("after", EXAMPLES)
      .helpCommand(false)
      .action(async (shell: Shell, { live }: { readonly live: boolean }) => {
        const { scriptOf } = await import("./script.ts");
        context.terminal.print(scriptOf(shell, await whole(), live));
      })
      // What the scripts call, and what that calls.
      .addCommand(values(context), { hidden: true })
      .addCommand(refresh(context), { hidden: true })
  );
}

function values({ terminal }: CommandContext): Command {
  return new Command("values")
    .description("print cached names that complete a word, and read them again in the background")
    .addArgument(new Argument("<kind>").choices(LIVE_KIND_NAMES))
    .argument("[words...]", "words before it")
    .option("--typed <text>", "word as far as it has been typed", "")
    .action(async (kind: LiveKind, words: readonly string[], { typed }: { readonly typed: string }) => {
      const { printValues } = await import("./live/values.ts");
      await printValues({ kind, typed, words }, terminal);
    });
}

function refresh(context: CommandContext): Command {
  return new Command("refresh")
    .description("read names into the cache")
    .addArgument(new Argument("<dataset>").choices(DATASETS))
    .addOption(new Option("--cluster <name>"))
    .addOption(new Option("--region <region>"))
    .addOption(new Option("--profile <name>"))
    .action(async (dataset: Dataset, flags: ReadPlace) => {
      const { refresh: read } = await import("./live/refresh.ts");
      await read(dataset, flags, context);
    });
}
