import { Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import type { ExplainFlags } from "./flags.ts";

const EXAMPLES = `
CODE is a finding of irsa verify (B13, nothing-allowed), a rule of irsa audit (sub-wildcard),
an error code in JSON (access-denied) or an exit code (3).
Makes no calls.

Examples:
  irsa explain               # list all codes
  irsa explain B13
  irsa explain sub-wildcard
`;

/** `irsa explain`: what a code means, what causes it, what proves it, and how to fix it. */
export function explain(context: CommandContext): Command {
  return new Command("explain")
    .description("explain the code of a finding, a rule or an error, or an exit code")
    .argument("[code...]", "codes to explain; without one, all codes are listed")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(async (codes: string[], flags: ExplainFlags) => {
      const { explainCodes } = await import("./run.ts");
      explainCodes(codes, flags, context);
    });
}
