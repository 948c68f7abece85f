import { Command, Option } from "commander";
import { SUBJECT_LEVELS } from "../../model/guardrails.ts";
import type { CommandContext } from "../command-context.ts";
import { addPlaceOptions, gather } from "../shared/session/options.ts";
import { FORMATS, type GuardrailsFlags } from "./flags.ts";

const EXAMPLES = `
The resource control policy denies sts:AssumeRoleWithWebIdentity to tokens of other issuers, and to other subjects of these
issuers. The service control policy denies creating identity providers for other issuers. Both are only printed. Every caller
that the trust policies of the AWS account allow is judged: who would lose access is listed.

Examples:
  irsa guardrails                                                   # for the identity providers of the AWS account
  irsa guardrails --issuer-file issuers.txt --subjects namespaces
  irsa guardrails -o json | jq -c '.result.policies[0].document' > rcp.json

Exit code: 3 if somebody would lose access.
`;

/** `irsa guardrails`: prints organization policies that keep web identity to known issuers and pinned subjects. */
export function guardrails(context: CommandContext): Command {
  const command = new Command("guardrails")
    .description(
      "print a resource control policy and a service control policy for known issuers and subjects",
    )
    .optionsGroup("Scope:")
    .option(
      "--issuer <url>",
      "known issuer, by URL or provider ARN (repeatable; default: the AWS account's providers)",
      gather,
    )
    .option("--issuer-file <file>", "file of known issuers, one per line")
    .addOption(
      new Option(
        "--subjects <level>",
        "subjects of the issuers: pinned by trust policies, their namespaces, any",
      )
        .choices([...SUBJECT_LEVELS])
        .default(SUBJECT_LEVELS[0]),
    )
    .optionsGroup("Output:")
    .addOption(
      new Option("-o, --output <format>", "output format").choices([...FORMATS]).default(FORMATS[0]),
    );
  return addPlaceOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (flags: GuardrailsFlags) => (await import("./run.ts")).runGuardrails(flags, context));
}
