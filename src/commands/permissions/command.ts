import { Command, Option } from "commander";
import { Problems, invalid, valid, type Parsed } from "../../model/problems.ts";
import { parseNamespaceName } from "../../model/service-account-ref.ts";
import { permissionsResult, permissionsLines, rbacYaml } from "../../output/permissions-text.ts";
import { COMMAND_NAMES, parseCommandName, rightsOf } from "../../permissions/commands.ts";
import { targetsRights } from "../../permissions/needs/targets.ts";
import { parseScope, type Scope, type ScopeFlags } from "../../permissions/scope.ts";
import type { CommandContext } from "../command-context.ts";
import { gather } from "../shared/session/options.ts";
import type { TargetsScopeFlags } from "./targets.ts";

interface Flags extends ScopeFlags, TargetsScopeFlags {
  readonly group: string;
  readonly namespace?: readonly string[];
  readonly required?: boolean;
  readonly output: "text" | "json" | "yaml";
}

const EXAMPLES = `
Commands: ${COMMAND_NAMES.join(", ")}.
Makes no calls. The commands call nothing but what is printed here.

Examples:
  irsa permissions associate-oidc create-sa
  irsa permissions create-sa --cluster-arn arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster --role-path /irsa/ \\
       --policy-arn 'arn:aws:iam::111122223333:policy/apps-*' --namespace payments
  irsa permissions audit --targets accounts.yml
  irsa permissions verify -o yaml | kubectl apply -f -
  irsa permissions verify -o json | jq .result.iamPolicy > policy.json
`;

/** `irsa permissions`: the minimum IAM policy and RBAC roles for commands. */
export function permissions(context: CommandContext): Command {
  return new Command("permissions")
    .description("print the minimum IAM policy and RBAC roles that irsa commands need, ready to apply")
    .argument("<command...>", "irsa commands, such as create-sa")
    .optionsGroup("Scope:")
    .option("--required", "only what is required, without optional calls")
    .option("--cluster-arn <arn>", "cluster ARN")
    .option("-c, --cluster <name>", "cluster name (with --region and --account) or ARN")
    .option("--account <id>", "AWS account ID")
    .option("-r, --region <region>", "AWS region of the clusters")
    .addOption(new Option("--role-prefix <prefix>", "prefix of generated role names").env("IRSA_ROLE_PREFIX"))
    .option("--role-path <path>", "role path, such as /irsa/")
    .option("--role-arn <arn>", "also this role, or roles that match (repeatable)", gather)
    .option("--policy-arn <arn>", "policies that may be attached, as ARN or pattern (repeatable)", gather)
    .option("--permissions-boundary <arn>", "permissions boundary that every role must have")
    .option("--issuer <url>", "issuer URL of the identity provider")
    .option("-n, --namespace <name>", "namespace: print Roles instead of a ClusterRole (repeatable)", gather)
    .option("--targets <file>", "also what covering the AWS accounts in this file needs (docs/targets.md)")
    .option("--organization", "also what covering the AWS accounts of an organization needs")
    .option("--assume-role <name>", "with --organization: role to assume in each AWS account")
    .option("--unrestricted", "allow any role and any policy; this permits privilege escalation")
    .option("--group <name>", "Kubernetes group to bind the roles to", "irsa-operators")
    .optionsGroup("Output:")
    .addOption(
      new Option("-o, --output <format>", "output format; yaml prints only the RBAC manifests")
        .choices(["text", "json", "yaml"])
        .default("text"),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], flags: Flags) => {
      const { targetsOf } = await import("./targets.ts");
      run(names, flags, await targetsOf(flags), context);
    });
}

function run(
  names: readonly string[],
  flags: Flags,
  targets: Scope["targets"],
  { terminal, envelope }: CommandContext,
): void {
  const problems = new Problems();
  const commands = [...new Set(problems.all("command", names, parseCommandName))];
  const scope = { ...parseScope(flags, problems), ...(targets !== undefined && { targets }) };
  const group = problems.take("--group", flags.group, parseGroup);
  const namespaces = problems.all("--namespace", [...new Set(flags.namespace)], parseNamespaceName);
  problems.throwIfAny();
  const least = flags.required === true ? "required" : "advisory";
  const rights = rightsOf(commands, least, targetsRights(scope, commands));
  const answer = { commands, rights, scope, group: group ?? flags.group, namespaces };
  if (flags.output === "json") terminal.print(envelope.answer({ result: permissionsResult(answer) }));
  else if (flags.output === "yaml") terminal.print(rbacYaml(answer));
  else ["", ...permissionsLines(answer, terminal.out)].forEach(terminal.print);
}

/** EKS refuses groups that begin with `system:` in access entries. */
function parseGroup(text: string): Parsed<string> {
  if (/^(system|eks|aws|amazon|iam):/.test(text))
    return invalid("can't be used in an access entry: EKS reserves the prefix system:");
  return /^[^\s]{1,63}$/.test(text)
    ? valid(text)
    : invalid("is not a valid group name: 1 to 63 characters, no blanks");
}
