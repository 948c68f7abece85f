import { Command, Option } from "commander";
import type { CommandContext } from "../command-context.ts";
import type { SdkCheckFlags } from "./flags.ts";

const EXAMPLES = `
Reads SBOMs (CycloneDX in JSON or XML; SPDX in JSON or tag-value) and
  JavaScript  package-lock.json, pnpm-lock.yaml, yarn.lock, bun.lock, deno.lock
  Python      requirements.txt, poetry.lock, uv.lock, pdm.lock, pylock.toml, Pipfile.lock
  Go          go.mod, go.sum
  Java        pom.xml, gradle.lockfile, Gradle version catalogs (*.versions.toml)
  .NET        packages.lock.json, *.deps.json, project.assets.json, csproj, packages.config
  Others      Gemfile.lock, Cargo.lock, composer.lock, conan.lock
and, where no lock file has their packages, package.json, pyproject.toml, Pipfile, Gemfile, Cargo.toml, composer.json.
In a directory they are found by name, SBOMs by content; node_modules, vendor, .git, .venv and .terraform are skipped.
Development dependencies are ignored. Dependency files that can't be read or are not supported are listed.

Exit code: 3 if an SDK is too old (with --strict also if that is unknown), 2 if a file was not read.

Examples:
  irsa sdk-check .                                                  # the applications in this directory
  irsa sdk-check --for both package-lock.json services/api/go.mod
  syft my-image -o cyclonedx-json | irsa sdk-check -                # a container image
`;

/** `irsa sdk-check`: finds AWS SDKs that are too old for IRSA or Pod Identity. */
export function sdkCheck(context: CommandContext): Command {
  return new Command("sdk-check")
    .description("find AWS SDKs in lock files and SBOMs that are too old for IRSA or Pod Identity")
    .argument("<path...>", "files, directories, or '-' for stdin")
    .addOption(
      new Option("--for <way>", "which credential method the SDK must support")
        .choices(["irsa", "pod-identity", "both"])
        .default("irsa"),
    )
    .option("--strict", "fail if it is unknown whether an SDK is new enough")
    .addOption(new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES)
    .action(async (paths: string[], flags: SdkCheckFlags) => {
      const { checkSdks } = await import("./run.ts");
      await checkSdks(paths, flags, context);
    });
}
