import { Option, Command } from "commander";
import type { InCluster } from "../../export/in-cluster/input.ts";
import { inClusterManifests, OWN_NAMESPACE } from "../../export/in-cluster/manifests.ts";
import { roleFile } from "../../export/in-cluster/role-file.ts";
import { manifestsText } from "../../export/manifest.ts";
import { clusterRef, parseClusterArn, roleArn } from "../../model/arn.ts";
import { invalid, Problems, valid, type Parsed } from "../../model/problems.ts";
import { computedRoleName, parseRolePath, parseRolePrefix } from "../../model/role-name.ts";
import { parseNamespaceName, parseServiceAccountName } from "../../model/service-account-ref.ts";
import { TextBlock } from "../../output/text-block.ts";
import { yamlText } from "../../output/yaml.ts";
import type { CommandContext } from "../command-context.ts";
import { gather } from "../shared/session/options.ts";

interface Flags {
  readonly cluster: string;
  readonly image?: string;
  readonly role?: boolean;
  readonly namespace: string;
  readonly name: string;
  readonly watchNamespace?: readonly string[];
  readonly schedule?: string;
  readonly proofs?: boolean;
  readonly events?: boolean;
  readonly rolePrefix?: string;
  readonly rolePath?: string;
}

const EXAMPLES = `
Makes no calls. First create irsa's own role, with the least rights that it needs, then apply the manifests: two replicas of
irsa watch, of which the holder of a Lease watches, or a CronJob that runs irsa audit.

Examples:
  irsa export in-cluster --role --cluster arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster | irsa apply -f - --approve
  irsa export in-cluster --cluster arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster \\
       --image registry.example/irsa:0.1.0 | kubectl apply -f -
  irsa export in-cluster --cluster arn:aws:eks:eu-west-1:111122223333:cluster/my-cluster \\
       --image registry.example/irsa:0.1.0 --schedule '0 6 * * *' | kubectl apply -f -
`;

/** `irsa export in-cluster`: the manifests that run irsa in a cluster, and the file that gives it a role. */
export function inCluster({ terminal }: Pick<CommandContext, "terminal">): Command {
  return new Command("in-cluster")
    .summary("print manifests that run irsa in the cluster")
    .description("print manifests that run irsa watch or irsa audit in the cluster, under a role of its own")
    .optionsGroup("Export:")
    .addOption(new Option("-c, --cluster <arn>", "EKS cluster ARN").makeOptionMandatory())
    .option("--image <image>", "container image of irsa, with its registry and tag or digest")
    .option("--role", "print the file for 'irsa apply -f' that creates its role, instead of the manifests")
    .option("--schedule <cron>", "run irsa audit at these times, such as '0 6 * * *', instead of irsa watch")
    .option("--events", "let irsa watch write Kubernetes Events on ServiceAccounts")
    .option(
      "--proofs",
      "let it exchange tokens and create dry-run pods; this allows it the tokens of every ServiceAccount",
    )
    .option("--watch-namespace <namespace>", "report only this namespace (repeatable)", gather)
    .optionsGroup("Its ServiceAccount and role:")
    .option("-n, --namespace <namespace>", "namespace in which it runs", OWN_NAMESPACE)
    .option("--name <name>", "name of its ServiceAccount, and of all else", "irsa")
    .addOption(
      new Option("--role-prefix <prefix>", "prefix of the role's name, as for irsa apply").env(
        "IRSA_ROLE_PREFIX",
      ),
    )
    .option("--role-path <path>", "path of the role, as for irsa apply")
    .addHelpText("after", EXAMPLES)
    .action((flags: Flags) => {
      const input = parse(flags);
      const text =
        flags.role === true ? yamlText(roleFile(input), "1.1") : manifestsText(inClusterManifests(input));
      terminal.print(TextBlock.written(text));
    });
}

function parse(flags: Flags): InCluster {
  const problems = new Problems();
  const arn = problems.take("--cluster", flags.cluster, parseClusterArn);
  const namespace = problems.take("--namespace", flags.namespace, parseNamespaceName);
  const name = problems.take("--name", flags.name, parseOwnName);
  const namespaces = problems.all("--watch-namespace", flags.watchNamespace ?? [], parseNamespaceName);
  const schedule = problems.maybe("--schedule", flags.schedule, parseSchedule);
  const image = problems.maybe("--image", flags.image, parseImage);
  const prefix = problems.maybe("--role-prefix", flags.rolePrefix, parseRolePrefix) ?? "";
  const path = problems.maybe("--role-path", flags.rolePath, parseRolePath) ?? "/";
  if (flags.image === undefined && flags.role !== true)
    problems.note(
      "--image",
      "",
      "is required: the image that 'npm run packages -- --image' builds, in your registry",
    );
  problems.throwIfAny();
  if (arn === undefined || namespace === undefined || name === undefined)
    throw new TypeError("unnoted problem");
  const cluster = clusterRef(arn);
  const serviceAccount = { namespace, name };
  return {
    cluster,
    serviceAccount,
    role: roleArn(cluster, path, computedRoleName(cluster, serviceAccount, prefix)),
    image: image ?? "",
    namespaces,
    proofs: flags.proofs === true,
    events: flags.events === true,
    ...(schedule !== undefined && { schedule }),
  };
}

/** Also the name of a Service and of a CronJob, to which Kubernetes adds 11 characters. */
function parseOwnName(text: string) {
  if (text.length <= LONGEST_NAME && /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(text))
    return parseServiceAccountName(text);
  return invalid(`is not a valid name: 1 to ${LONGEST_NAME} of a-z, 0-9 and '-', beginning with a letter`);
}

const LONGEST_NAME = 52;

/** Source: OCI Distribution Specification, "Pulling manifests"; a registry, a name, and a tag or a digest. */
function parseImage(text: string): Parsed<string> {
  if (
    text.length <= 512 &&
    /^[a-z0-9][\w.-]*(:\d+)?(\/[a-z0-9][\w.-]*)*(:[\w.-]{1,128})?(@sha256:[a-f0-9]{64})?$/.test(text)
  )
    return valid(text);
  return invalid("is not a valid image; an example is registry.example/irsa:0.1.0");
}

/** Five fields, or a name such as @daily; what they say, the API server judges. */
function parseSchedule(text: string): Parsed<string> {
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/.test(text)) return valid(text);
  if (/^[\dA-Za-z*/,?-]{1,60}( [\dA-Za-z*/,?-]{1,60}){4}$/.test(text)) return valid(text);
  return invalid("is not a valid schedule; use five fields, such as '0 6 * * *', or @daily");
}
