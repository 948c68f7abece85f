import { Command, Option } from "commander";
import { Problems } from "../../model/problems.ts";
import { parseRolePrefix } from "../../model/role-name.ts";
import {
  serviceAccountPath,
  parseServiceAccountPath,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import type { CommandContext } from "../command-context.ts";
import {
  addAwsOptions,
  addKubernetesOptions,
  addPlanOptions,
  asTyped,
  waitTimeout,
  type PlanFlags,
  type ClusterFlags,
} from "../shared/session/options.ts";

/** The flags of `adopt` as commander gives them. */
export interface AdoptFlags extends ClusterFlags, PlanFlags {
  readonly all?: boolean;
  readonly releaseStacks?: boolean;
  readonly rolePrefix?: string;
  /** `undefined`: neither typed; the proof is made, but being forbidden to make it is no failure. */
  readonly wait?: boolean;
  readonly waitTimeout: number;
}

const EXAMPLES = `
The role keeps its ARN, its trust policy and what it may do; nothing is made again, and running pods notice nothing. irsa
only marks role and account as taken over, and then proves that STS accepts the account's token.

Examples:
  irsa adopt shop/cart --cluster my-cluster                                   # show what would be marked
  irsa adopt shop/cart --cluster my-cluster --approve                         # whoever made the role
  irsa adopt --all --cluster my-cluster --approve                             # every ServiceAccount whose role eksctl made
  irsa adopt --all --release-stacks --cluster my-cluster --approve            # and let go of eksctl's stacks
`;

/** `irsa adopt`: takes over ServiceAccounts with the roles that eksctl, Terraform or a hand has made for them. */
export function adopt(context: CommandContext): Command {
  const command = new Command("adopt")
    .description(
      "take over ServiceAccounts with the roles that eksctl, Terraform or a hand has made for them",
    )
    .argument("[accounts...]", "the ServiceAccounts, each as namespace/name");
  command
    .optionsGroup("What is taken over:")
    .option("--all", "every account of the cluster whose role eksctl made")
    .option("--release-stacks", "delete eksctl's CloudFormation stacks, and keep all that they made")
    .addOption(new Option("--role-prefix <prefix>", "begins the computed names").env("IRSA_ROLE_PREFIX"));
  command
    .optionsGroup("The proof:")
    .option("--wait", "fail if it can't be proved that STS accepts the account's token")
    .option("--no-wait", "don't prove it")
    .addOption(waitTimeout("how long to wait for STS, as 90s or 2m", "2m"));
  addKubernetesOptions(addAwsOptions(addPlanOptions(command, ["text", "json"])))
    .addHelpText("after", EXAMPLES)
    .action((serviceAccounts: readonly string[], flags: AdoptFlags) =>
      run(serviceAccounts, asTyped(flags, command), context),
    );
  return command;
}

async function run(texts: readonly string[], flags: AdoptFlags, context: CommandContext): Promise<void> {
  const problems = new Problems();
  const serviceAccounts = texts.flatMap(
    (text) => problems.take("ServiceAccount", text, parseServiceAccountPath) ?? [],
  );
  const rolePrefix = problems.take("--role-prefix", flags.rolePrefix ?? "", parseRolePrefix) ?? "";
  if (flags.all === true && texts.length > 0)
    problems.note("--all", "", "takes every ServiceAccount of eksctl's: name ServiceAccounts, or give --all");
  if (flags.all !== true && texts.length === 0)
    problems.note("ServiceAccount", "", "is missing: name ServiceAccounts as namespace/name, or give --all");
  problems.throwIfAny();
  const { adoptThem } = await import("./run.ts");
  await adoptThem({ serviceAccounts: unique(serviceAccounts), rolePrefix, flags, context });
}

function unique(serviceAccounts: readonly ServiceAccountRef[]): readonly ServiceAccountRef[] {
  return [
    ...new Map(
      serviceAccounts.map((serviceAccount) => [serviceAccountPath(serviceAccount), serviceAccount]),
    ).values(),
  ];
}
