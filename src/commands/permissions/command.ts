import { Command, Option } from "commander";
import { Problems, invalid, valid, type Parsed } from "../../model/problems.ts";
import { parseNamespaceName } from "../../model/service-account-ref.ts";
import { permissionsJson, permissionsLines, rbacYaml } from "../../output/permissions-text.ts";
import { COMMAND_NAMES, parseCommandName, rightsOf } from "../../permissions/commands.ts";
import { parseScope, type ScopeFlags } from "../../permissions/scope.ts";
import type { CommandContext } from "../command-context.ts";
import { gather } from "../shared/session/options.ts";

interface Flags extends ScopeFlags {
  readonly group: string;
  readonly namespace?: readonly string[];
  readonly required?: boolean;
  readonly output: "text" | "json" | "yaml";
}

const EXAMPLES = `
Commands: ${COMMAND_NAMES.join(", ")}.
Asks neither AWS nor the cluster. Nothing else is called than what is printed; the tests hold that, on the wire.

Examples:
  irsa permissions associate-oidc create-sa
  irsa permissions create-sa --cluster-arn arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster --role-path /irsa/ \\
       --policy-arn 'arn:aws:iam::111122223333:policy/apps-*' --namespace payments
  irsa permissions verify -o yaml | kubectl apply -f -
  irsa permissions verify -o json | jq .iamPolicy > policy.json
`;

/** `irsa permissions`: the least IAM policy and RBAC role for commands. */
export function permissions(context: CommandContext): Command {
  return new Command("permissions")
    .description("print the least IAM policy and RBAC role that commands of irsa need, ready to apply")
    .argument("<command...>", "commands of irsa, as create-sa")
    .option("--required", "only what they can't do without")
    .optionsGroup("What they are narrowed to:")
    .option("--cluster-arn <arn>", "this cluster")
    .option("-c, --cluster <name>", "this cluster, by its name, with --region and --account, or by its ARN")
    .option("--account <id>", "this AWS account")
    .option("-r, --region <region>", "clusters of this region")
    .addOption(
      new Option("--role-prefix <prefix>", "roles whose computed names begin so").env("IRSA_ROLE_PREFIX"),
    )
    .option("--role-path <path>", "roles of this path, as /irsa/")
    .option("--role-arn <arn>", "also this role, or those that match (repeatable)", gather)
    .option("--policy-arn <arn>", "policies that may be attached, by ARN or pattern (repeatable)", gather)
    .option("--permissions-boundary <arn>", "boundary that every role must have")
    .option("--issuer <url>", "this issuer's identity provider")
    .option("-n, --namespace <name>", "this namespace: Roles instead of a ClusterRole (repeatable)", gather)
    .option("--unrestricted", "any role and any policy: whoever has the rights can take any other")
    .option("--group <name>", "Kubernetes group that the roles are bound to", "irsa-operators")
    .optionsGroup("Answer:")
    .addOption(
      new Option("-o, --output <format>", "output format; yaml is the RBAC manifests alone")
        .choices(["text", "json", "yaml"])
        .default("text"),
    )
    .addHelpText("after", EXAMPLES)
    .action((names: string[], flags: Flags) => run(names, flags, context));
}

function run(names: readonly string[], flags: Flags, { terminal }: CommandContext): void {
  const problems = new Problems();
  const commands = [...new Set(problems.all("command", names, parseCommandName))];
  const scope = parseScope(flags, problems);
  const group = problems.take("--group", flags.group, parseGroup);
  const namespaces = problems.all("--namespace", [...new Set(flags.namespace)], parseNamespaceName);
  problems.throwIfAny();
  const rights = rightsOf(commands, flags.required === true ? "required" : "advisory");
  const answer = { commands, rights, scope, group: group ?? flags.group, namespaces };
  if (flags.output === "json") terminal.print(permissionsJson(answer));
  else if (flags.output === "yaml") terminal.print(rbacYaml(answer));
  else ["", ...permissionsLines(answer, terminal.out)].forEach(terminal.print);
}

/** EKS refuses groups that begin with `system:` in access entries. */
function parseGroup(text: string): Parsed<string> {
  if (/^(system|eks|aws|amazon|iam):/.test(text))
    return invalid("can't be given by an access entry: EKS keeps names with this beginning to itself");
  return /^[^\s]{1,63}$/.test(text)
    ? valid(text)
    : invalid("is not a valid group name: 1 to 63 characters, no blanks");
}
