import { Command, Option } from "commander";
import type { CredentialSource } from "../../sdk-versions/sdks.ts";
import type { CommandContext } from "../command-context.ts";

/** The flags of `sdk-check` as commander gives them. */
export interface SdkCheckFlags {
  readonly for: CredentialSource | "both";
  readonly output: "text" | "json";
  readonly strict?: true;
}

const EXAMPLES = `
Reads SBOMs (CycloneDX in JSON or XML; SPDX in JSON or tag-value) and
  JavaScript  package-lock.json, pnpm-lock.yaml, yarn.lock, bun.lock, deno.lock
  Python      requirements.txt, poetry.lock, uv.lock, pdm.lock, pylock.toml, Pipfile.lock
  Go          go.mod, go.sum
  Java        pom.xml, gradle.lockfile, Gradle version catalogs (*.versions.toml)
  .NET        packages.lock.json, *.deps.json, project.assets.json, csproj, packages.config
  Others      Gemfile.lock, Cargo.lock, composer.lock, conan.lock
and, where no lock file has their packages, package.json, pyproject.toml, Pipfile, Gemfile, Cargo.toml, composer.json.
In a folder they are found by name, SBOMs by content; node_modules, vendor, .git, .venv and .terraform are skipped.
What a file marks as for development only is left out. A dependency file that can't be read or is not supported is named.

Exit code: 3 if an SDK is too old (with --strict also if that can't be told), 2 if a file was not read.

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
    .option("--strict", "fail if it can't be told whether an SDK is new enough")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], flags: SdkCheckFlags) => {
      const { checkSdks } = await import("./run.ts");
      await checkSdks(paths, flags, context);
    });
}
