import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

const ABOUT = `the whole story on an emulated cluster and ServiceAccount, in ten seconds

Nothing to install and no ServiceAccount needed: all of it runs on this machine, on loopback. On a terminal it goes on \
with Enter; in a pipe or in CI straight through.`;

/** `irsa demo`: the story told by the real commands, in a sandbox. */
export function demo(context: CommandContext): Command {
  return new Command("demo")
    .description(ABOUT)
    .option("--no-pause", "don't wait for Enter between the steps")
    .action(async ({ pause }: { pause: boolean }) => {
      const { runDemo } = await import("./run.ts");
      await runDemo(pause, context);
    });
}
