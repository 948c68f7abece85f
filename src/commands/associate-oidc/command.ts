import { Command } from "commander";
import type { Tags } from "../../model/iam-objects.ts";
import { DEFAULT_AUDIENCE, providerArn } from "../../model/issuer.ts";
import { Problems, type Given } from "../../model/problems.ts";
import { fromOperator } from "../../model/source.ts";
import { observeAssociation } from "../../oidc-association/observe.ts";
import { planAssociation, type DesiredAssociation } from "../../oidc-association/plan.ts";
import { parseAudience, parseTag, parseThumbprint } from "../../oidc-association/input.ts";
import { during } from "../../output/progress.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addPlanOptions,
  gather,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";
import { runPlanCommand } from "../shared/plan/run-plan-command.ts";

interface Flags extends ClusterFlags, PlanFlags {
  readonly audience?: string[];
  readonly tag?: string[];
  readonly thumbprint?: string[];
}

const EXAMPLES = `
Examples:
  irsa associate-oidc --cluster my-cluster               # show the plan
  irsa associate-oidc --cluster my-cluster --approve     # apply
`;

/** `irsa associate-oidc`: creates an IAM OIDC identity provider for the cluster. */
export function associateOidc(context: CommandContext): Command {
  const command = new Command("associate-oidc").description(
    "create an IAM OIDC identity provider for the cluster",
  );
  command
    .optionsGroup("Provider:")
    .option("--audience <audience>", `audience to accept (repeatable; default: ${DEFAULT_AUDIENCE})`, gather)
    .option("--tag <key=value>", "tag to set on the provider (repeatable)", gather)
    .option(
      "--thumbprint <sha1>",
      "pin the issuer's certificate authority (repeatable; IAM does not need it)",
      gather,
    );
  addAwsOptions(addPlanOptions(command, ["text", "json"], ["--show-documents"]))
    .addHelpText("after", EXAMPLES)
    .action((flags: Flags) => run(flags, context));
  return command;
}

async function run(flags: Flags, context: CommandContext): Promise<void> {
  const desired = parse(flags);
  await runPlanCommand(flags, context, async ({ aws, cluster }, terminal) => {
    const observed = await during(terminal, "reading IAM", observeAssociation(aws.iam, cluster));
    const provider = providerArn(cluster, cluster.issuer);
    return {
      ...planAssociation(desired, observed),
      kubernetes: undefined,
      report: ({ state }) => ({
        result: { provider, issuer: cluster.issuer },
        lines: ending(state, provider, desired),
      }),
    };
  });
}

function parse(flags: Flags): DesiredAssociation {
  const problems = new Problems();
  const given = (where: string, texts: readonly string[]): Given[] =>
    texts.map((text) => ({ where, text: fromOperator(text) }));
  const audiences = problems.each(given("--audience", flags.audience ?? [DEFAULT_AUDIENCE]), parseAudience);
  const tags: Tags = Object.fromEntries(problems.all("--tag", flags.tag ?? [], parseTag));
  const thumbprints = problems.each(given("--thumbprint", flags.thumbprint ?? []), parseThumbprint);
  problems.throwIfAny();
  return { audiences, tags, thumbprints };
}

function ending(state: string, provider: string, { audiences }: DesiredAssociation): string[] {
  const registered = `${provider}, audience ${audiences.join(", ")}`;
  return state === "done"
    ? ["", `  Registered: ${registered}`]
    : [`  Nothing to do. Already registered: ${registered}`];
}
