import { Command, Option } from "commander";
import { HOMEPAGE, VERSION } from "../../version.ts";
import type { CommandContext } from "../command-context.ts";

const EXAMPLES = `
Makes no calls.

Examples:
  irsa version
  irsa version -o json | jq -r .result.version
`;

/** `irsa version`: as `--version`; in JSON also what a bug report needs. */
export function version({ terminal, envelope }: CommandContext): Command {
  return new Command("version")
    .description("print the version; in JSON also that of Node, the platform and where the docs are")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(({ output }: { readonly output: "text" | "json" }) => {
      const { version: node, platform, arch } = process;
      const result = {
        version: VERSION,
        node: node.slice(1),
        platform: `${platform}-${arch}`,
        docs: HOMEPAGE,
      };
      terminal.print(output === "json" ? envelope.answer({ result }) : VERSION);
    });
}
