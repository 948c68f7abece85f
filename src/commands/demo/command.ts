import { Command } from "commander";
import type { CommandContext } from "../command-context.ts";

const ABOUT = `walk through IRSA, or EKS Pod Identity, on an emulated cluster and AWS account in ten seconds

Needs nothing to install and no AWS account: everything runs on this machine. On a terminal it continues \
with Enter; in a pipe or in CI it runs straight through.`;

/** `irsa demo`: a walkthrough with the real commands, in a sandbox. */
export function demo(context: CommandContext): Command {
  return new Command("demo")
    .description(ABOUT)
    .option("--pod-identity", "tell the story of EKS Pod Identity instead of IRSA")
    .option("--no-pause", "don't wait for Enter between steps")
    .action(async ({ pause, podIdentity }: { pause: boolean; podIdentity?: true }) => {
      const { runDemo } = await import("./run.ts");
      await runDemo(pause, podIdentity === true, context);
    });
}
