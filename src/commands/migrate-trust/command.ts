import { Command } from "commander";
import { DEFAULT_AUDIENCE } from "../../model/issuer.ts";
import { Problems } from "../../model/problems.ts";
import { fromOperator } from "../../model/source.ts";
import { parseAudience } from "../../oidc-association/input.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addPlaceOptions,
  addPlanOptions,
  gather,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";
import { parseEndpoint } from "./parse-endpoint.ts";

/** The flags of `migrate-trust` as commander gives them. */
export interface MigrateTrustFlags
  extends Omit<ClusterFlags, "cluster" | "kubeconfig" | "context">, PlanFlags {
  readonly from: string;
  readonly to: string;
  readonly replace?: boolean;
  readonly include?: string[];
  readonly exclude?: string[];
  readonly associateOidc?: boolean;
  readonly audience?: string[];
}

const EXAMPLES = `
Whoever can become a role by a token of the old issuer can do so by one of the new issuer afterwards, under the same
conditions, and nobody else. What a trust policy says of others stays to the byte. --from and --to take a cluster's name or
ARN, or an issuer: its URL, or the ARN of its identity provider (all that is left of a cluster that is gone). The
clusters' own APIs are not called.

Examples:
  irsa migrate-trust --from blue --to green                        # which roles would let green in beside blue
  irsa migrate-trust --from blue --to green --approve              # do it; both clusters' pods get in
  irsa migrate-trust --from blue --to green --replace --approve    # later: green alone
  irsa migrate-trust --from https://oidc.eks.eu-west-1.amazonaws.com/id/5D1C… --to green --replace --include 'shop-*'
`;

/** `irsa migrate-trust`: every role that trusts one cluster's issuer trusts another's too, or instead. */
export function migrateTrust(context: CommandContext): Command {
  const command = new Command("migrate-trust").description(
    "let another cluster's pods have the roles that trust a cluster's issuer",
  );
  command
    .optionsGroup("The move:")
    .requiredOption("--from <cluster or issuer>", "whose issuer the roles trust now")
    .requiredOption("--to <cluster or issuer>", "whose issuer they are to trust")
    .option("--replace", "take the old issuer out; otherwise the new one is let in beside it")
    .option("--include <glob>", "roles to look at, by name, as 'shop-*' (repeatable)", gather)
    .option("--exclude <glob>", "roles to leave out (repeatable)", gather)
    .option("--associate-oidc", "register the new cluster's identity provider too, if it is missing")
    .option(
      "--audience <audience>",
      `with --associate-oidc: audience to accept beside ${DEFAULT_AUDIENCE} (repeatable)`,
      gather,
    );
  addPlaceOptions(addPlanOptions(command, ["text", "json"]))
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
      "needs a cluster as --to: irsa registers the issuer that EKS names",
    );
  const given = (flags.audience ?? []).map((text) => ({ where: "--audience", text: fromOperator(text) }));
  const audiences = problems.each(given, parseAudience);
  if (given.length > 0 && flags.associateOidc !== true)
    problems.note("--audience", "", "needs --associate-oidc: it is the provider that accepts audiences");
  problems.throwIfAny();
  if (from === undefined || to === undefined) throw new TypeError("unnoted problem");
  const { moveTrust } = await import("./run.ts");
  await moveTrust({ from, to }, audiences, flags, context);
}
