import { Command } from "commander";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import { Problems } from "../../model/problems.ts";
import { fromOperator } from "../../model/source.ts";
import { parseAudience } from "../../oidc-association/input.ts";
import type { CommandContext } from "../command-context.ts";
import { addPlaceOptions, addPlanOptions, gather } from "../shared/session/options.ts";
import { addAwsAccountsOptions, checkTargetsFlags, coversTargets } from "../shared/targets/options.ts";
import { parseEndpoint, type EndpointInput } from "./parse-endpoint.ts";
import type { MigrateTrustFlags } from "./flags.ts";

const EXAMPLES = `
Whatever can assume a role with a token of the old issuer can afterwards do so with one of the new issuer, under the same
conditions, and nothing else can. All other parts of the trust policies are unchanged. --from and --to take a cluster name or
ARN, or an issuer: its URL, or the ARN of its identity provider (all that is left of a deleted cluster). The clusters'
Kubernetes APIs are not called.

Examples:
  irsa migrate-trust --from blue --to green                        # show which roles would also trust green
  irsa migrate-trust --from blue --to green --approve              # apply; pods of both clusters can assume the roles
  irsa migrate-trust --from blue --to green --replace --approve    # later: trust green only
  irsa migrate-trust --from https://oidc.eks.eu-west-1.amazonaws.com/id/5D1C… --to green --replace --include 'shop-*'
  irsa migrate-trust --from $OLD_ISSUER_URL --to $CLUSTER_ARN --associate-oidc --targets accounts.yml  # many AWS accounts
`;

/** `irsa migrate-trust`: makes every role that trusts one cluster's issuer trust another's too, or instead. */
export function migrateTrust(context: CommandContext): Command {
  const command = new Command("migrate-trust").description(
    "let another cluster's pods assume the roles that trust a cluster's issuer",
  );
  command
    .optionsGroup("Migration:")
    .requiredOption("--from <cluster or issuer>", "cluster or issuer that the roles trust now")
    .requiredOption("--to <cluster or issuer>", "cluster or issuer that they should trust")
    .option("--replace", "replace the old issuer instead of trusting both")
    .option("--include <glob>", "only these roles, by name, such as 'shop-*' (repeatable)", gather)
    .option("--exclude <glob>", "skip these roles (repeatable)", gather)
    .option("--associate-oidc", "also create the new cluster's identity provider if it is missing")
    .option(
      "--audience <audience>",
      `with --associate-oidc, audience to accept besides ${DEFAULT_AUDIENCE} (repeatable)`,
      gather,
    );
  addAwsAccountsOptions(addPlaceOptions(addPlanOptions(command, ["text", "json"])))
    .addHelpText("after", EXAMPLES)
    .action((flags: MigrateTrustFlags) => run(flags, context));
  return command;
}

async function run(flags: MigrateTrustFlags, context: CommandContext): Promise<void> {
  const problems = new Problems();
  const from = problems.take("--from", flags.from, parseEndpoint);
  const to = problems.take("--to", flags.to, parseEndpoint);
  if (flags.associateOidc === true && to?.kind === "issuer")
    problems.note(
      "--associate-oidc",
      "",
      "requires a cluster as --to: irsa registers the issuer that EKS reports",
    );
  const given = (flags.audience ?? []).map((text) => ({ where: "--audience", text: fromOperator(text) }));
  const audiences = problems.each(given, parseAudience);
  if (given.length > 0 && flags.associateOidc !== true)
    problems.note("--audience", "", "requires --associate-oidc: audiences are set on the provider");
  checkTargetsFlags(flags, problems, { ofAwsAccounts: true });
  const isOfTargets = coversTargets(flags);
  if (isOfTargets) {
    noteEndOfOne("--from", flags.from, from, problems);
    noteEndOfOne("--to", flags.to, to, problems);
  }
  problems.throwIfAny();
  if (from === undefined || to === undefined) throw new TypeError("unnoted problem");
  if (isOfTargets) {
    const { moveTrustInTargets } = await import("./targets.ts");
    return moveTrustInTargets({ from, to }, audiences, flags, context);
  }
  const { moveTrust } = await import("./run.ts");
  await moveTrust({ from, to }, audiences, flags, context);
}

/** Over AWS accounts, an end must not mean a different thing in each of them, nor be of one of them alone. */
function noteEndOfOne(flag: string, text: string, end: EndpointInput | undefined, problems: Problems): void {
  if (end?.kind === "cluster" && end.ref === undefined)
    problems.note(flag, text, "could be a cluster in several AWS accounts; use its ARN, or its issuer URL");
  if (end?.kind === "issuer" && end.awsAccount !== undefined)
    problems.note(flag, text, `is the provider of one AWS account; use the issuer URL, ${end.issuer}`);
}
