import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { COMMANDS } from "../../src/command-list.ts";

const ROLE = "arn:aws:iam::111122223333:role/reader";
const POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const SA = ["--namespace", "shop", "--name", "cart"];

/** The commands that call neither AWS nor a cluster, or only one of their own. */
const WITHOUT_CLUSTER = new Set([
  "sdk-check",
  "explain",
  "permissions",
  "guardrails",
  "completion",
  "demo",
  "sandbox",
  "version",
]);

/** What a command line is made with. */
interface Place {
  /** A file of ServiceAccounts of that cluster. */
  readonly file: string;
}

/** A command line of each command that takes a cluster, without the flags that name it. */
const LINES: Readonly<Record<string, (place: Place) => readonly string[]>> = {
  "associate-oidc": () => ["--approve"],
  "disassociate-oidc": () => ["--approve"],
  "associate-agent": () => ["--no-wait", "--approve"],
  "disassociate-agent": () => ["--approve"],
  "create-sa": () => [...SA, "--policy-arn", POLICY, "--no-wait", "--approve"],
  "get-sa": () => [],
  "update-sa": () => [...SA, "--add-policy-arn", POLICY, "--approve"],
  "delete-sa": () => [...SA, "--approve"],
  "use-sa": () => ["deployment/cart", ...SA, "--approve"],
  plan: ({ file }) => ["-f", file],
  apply: ({ file }) => ["-f", file, "--approve"],
  export: ({ file }) => ["-f", file, "--to", "cloudformation"],
  adopt: () => ["shop/cart", "--approve"],
  "migrate-trust": () => ["--from", "https://oidc.eks.eu-west-1.amazonaws.com/id/B10E", "--approve"],
  "migrate-pod-identity": () => ["shop/cart", "--approve"],
  verify: () => ["shop/cart", "--fix", "--approve"],
  "stale-pods": () => ["--restart", "--approve"],
  doctor: () => [],
  audit: () => [],
  watch: () => ["--duration", "1s"],
  graph: () => [],
  policies: () => ["--outdated"],
  "who-can": () => [ROLE],
  "what-can": () => ["shop/cart"],
  narrow: () => ["shop/cart"],
  "move-off-node": () => ["-n", "shop"],
};

/** The names of all commands that take a cluster; a new command must be told how here. */
export const CLUSTER_COMMANDS: readonly string[] = COMMANDS.map(({ name }) => name).filter(
  (name) => !WITHOUT_CLUSTER.has(name),
);

/** A ClusterConfig file of one ServiceAccount in that cluster; its path. */
export async function clusterFile(folder: string, name: string, region: string): Promise<string> {
  const file = join(folder, `${name}-${region}.yaml`);
  await writeFile(
    file,
    `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: ${name}, region: ${region} }
iam:
  serviceAccounts:
    - metadata: { namespace: shop, name: cart }
      attachPolicyARNs: ["${POLICY}"]
`,
  );
  return file;
}

/** A complete command line of that command on that cluster, that writes where the command can. */
export function lineOf(command: string, cluster: string, place: Place): string[] {
  const rest = LINES[command];
  if (rest === undefined) throw new Error(`say in test/security/every-command.ts how '${command}' is run`);
  const flag = command === "migrate-trust" ? "--to" : "--cluster";
  return [command, ...rest(place), flag, cluster];
}
