import { Command } from "commander";
import type { Tags } from "../model/iam-objects.ts";
import { DEFAULT_AUDIENCE, providerArn } from "../model/issuer.ts";
import { Problems } from "../model/problems.ts";
import { observeAssociation } from "../oidc-association/observe.ts";
import { planAssociation, type DesiredAssociation } from "../oidc-association/plan.ts";
import { parseAudience, parseTag, parseThumbprint } from "../oidc-association/input.ts";
import { answerJson } from "../output/answer.ts";
import { during } from "../output/progress.ts";
import { talkingToStderr } from "../output/terminal.ts";
import { carryOut } from "./carry-out.ts";
import type { CommandContext } from "./command-context.ts";
import { addAwsOptions, addPlanOptions, gather, type PlanFlags, type ReachFlags } from "./options.ts";
import { exitCodeOf, planHint } from "./plan-end.ts";
import { openSession } from "./session.ts";

interface Flags extends ReachFlags, PlanFlags {
  readonly audience?: string[];
  readonly tag?: string[];
  readonly thumbprint?: string[];
}

const EXAMPLES = `
Examples:
  irsa associate-oidc --cluster my-cluster               # show what would be done
  irsa associate-oidc --cluster my-cluster --approve     # do it
`;

/** `irsa associate-oidc`: the cluster's OIDC issuer becomes an IAM identity provider. */
export function associateOidc(context: CommandContext): Command {
  const command = new Command("associate-oidc").description(
    "make the cluster's OIDC issuer an IAM identity provider",
  );
  command
    .optionsGroup("The provider:")
    .option("--audience <audience>", `audience to accept (repeatable; ${DEFAULT_AUDIENCE})`, gather)
    .option("--tag <key=value>", "tag of the provider (repeatable)", gather)
    .option(
      "--thumbprint <sha1>",
      "pin the issuer's certificate authority (repeatable; IAM needs none)",
      gather,
    );
  addAwsOptions(addPlanOptions(command, ["text", "json"]))
    .addHelpText("after", EXAMPLES)
    .action((flags: Flags) => run(flags, context));
  return command;
}

async function run(flags: Flags, context: CommandContext): Promise<void> {
  const desired = parse(flags);
  const json = flags.output === "json";
  const terminal = json ? talkingToStderr(context.terminal) : context.terminal;
  const session = await openSession(flags, context.terminal, flags.approve === true);
  try {
    const { aws, cluster, surroundings } = session;
    const observed = await during(terminal, "reading IAM", observeAssociation(aws.iam, cluster));
    const plan = { cluster, ...planAssociation(desired, observed) };
    const targets = { iam: aws.iam, kubernetes: undefined };
    const outcome = await carryOut({ plan, surroundings, flags, targets }, terminal, context.signal);
    const provider = providerArn(cluster, cluster.issuer);
    if (json) {
      const result = { provider, issuer: cluster.issuer };
      context.terminal.print(
        answerJson({ command: "associate-oidc", surroundings, plan, ...outcome, result }),
      );
    } else {
      ending(outcome.state, provider, desired).forEach(terminal.print);
    }
    context.exitWith(exitCodeOf(outcome, flags));
  } finally {
    session.close();
  }
}

function parse(flags: Flags): DesiredAssociation {
  const problems = new Problems();
  const audiences = problems.all("--audience", flags.audience ?? [DEFAULT_AUDIENCE], parseAudience);
  const tags: Tags = Object.fromEntries(problems.all("--tag", flags.tag ?? [], parseTag));
  const thumbprints = problems.all("--thumbprint", flags.thumbprint ?? [], parseThumbprint);
  problems.throwIfAny();
  return { audiences, tags, thumbprints };
}

function ending(state: string, provider: string, { audiences }: DesiredAssociation): string[] {
  if (state === "planned") return planHint();
  const registered = `${provider}, audience ${audiences.join(", ")}`;
  return state === "done"
    ? ["", `  Registered: ${registered}`]
    : [`  Nothing to do. Registered already: ${registered}`];
}
