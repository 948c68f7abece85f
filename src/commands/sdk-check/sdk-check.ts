import { Command, Option } from "commander";
import type { Way } from "../../sdk-versions/sdks.ts";
import type { CommandContext } from "../command-context.ts";

/** The flags of `sdk-check` as commander gives them. */
export interface SdkCheckFlags {
  readonly for: Way | "both";
  readonly output: "text" | "json";
}

const EXAMPLES = `
Reads SBOMs (CycloneDX or SPDX, JSON) and package-lock.json, go.mod, requirements.txt, uv.lock, poetry.lock,
pom.xml, Gemfile.lock, Cargo.lock, composer.lock, packages.lock.json. In a folder they are found by their names.
What is for development only is left out. Exit code: 3 if any SDK is too old, 2 if a file can't be read.

Examples:
  irsa sdk-check .                                                  # what this folder's applications use
  irsa sdk-check --for irsa package-lock.json services/api/go.mod
  syft my-image -o cyclonedx-json | irsa sdk-check -                # what is in an image
`;

/** `irsa sdk-check`: which AWS SDKs are too old for IRSA or Pod Identity. */
export function sdkCheck(context: CommandContext): Command {
  return new Command("sdk-check")
    .description("tell which AWS SDKs in lock files and SBOMs are too old for IRSA or Pod Identity")
    .argument("<path...>", "files, folders, or '-' for stdin")
    .addOption(
      new Option("--for <way>", "which way to credentials must be known")
        .choices(["irsa", "pod-identity", "both"])
        .default("both"),
    )
    .addOption(new Option("-o, --output <format>", "how to answer").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], flags: SdkCheckFlags) => {
      const { checkSdks } = await import("./run.ts");
      await checkSdks(paths, flags, context);
    });
}
