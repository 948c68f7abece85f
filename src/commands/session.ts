import { connectAws, type Aws, type AwsChoice } from "../aws/clients.ts";
import type { Caller } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import { clusterRef, parseClusterArn } from "../model/arn.ts";
import type { ClusterWithIssuer } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import type { ServiceAccountRef } from "../model/service-account-ref.ts";
import { requireIssuer } from "../oidc-association/issuer.ts";
import type { Surroundings } from "../output/plan-text.ts";
import type { Terminal } from "../output/terminal.ts";
import type { ReachFlags } from "./options.ts";
import { choose, askMfaCode } from "./prompts.ts";

/** AWS and a cluster, found and read: what every command begins with. */
export interface Session {
  readonly aws: Aws;
  readonly cluster: ClusterWithIssuer;
  readonly caller: Caller;
  readonly surroundings: Surroundings;
  /** The flags that lead here again, for the commands that we print. */
  readonly reach: readonly string[];
  /** Connects to the cluster's API; the account is what a kubeconfig is proved by. */
  kubernetes(account: ServiceAccountRef): Promise<KubernetesPort>;
  close(): void;
}

interface ClusterChoice {
  readonly name: string;
  readonly region?: string;
  readonly chosenBy: string;
  /** The server that DescribeCluster must give too, where a context chose the cluster. */
  readonly server?: string;
}

/**
 * Finds the cluster and reads it, and who we are, at once.
 * @param writes whether the command may write: then a cluster must be named, unless someone is there to see which it is
 */
export async function openSession(flags: ReachFlags, terminal: Terminal, writes: boolean): Promise<Session> {
  const named = await clusterByFlagOrContext(flags);
  if (named?.server !== undefined && writes && !terminal.interactive) throw clusterNeeded();
  const region = flags.region ?? named?.region;
  const aws = await connectAws(awsChoice(flags, region, terminal));
  const choice = named ?? (await clusterByQuestion(aws, terminal));
  const [described, caller, overrides] = await Promise.all([
    aws.eks.describeCluster(choice.name),
    aws.sts.getCaller(),
    aws.overrides(),
  ]);
  const cluster = requireIssuer(described, { name: choice.name, region: aws.region });
  if (choice.server !== undefined) requireSameServer(cluster, choice.server);
  const connections: { close(): void }[] = [aws];
  return {
    aws,
    cluster,
    caller,
    reach: reachOf(flags, cluster),
    surroundings: {
      caller: caller.arn,
      ...(flags.profile !== undefined && { profile: flags.profile }),
      cluster: cluster.arn,
      chosenBy: choice.chosenBy,
      ...connectionOf(flags),
      overrides,
    },
    async kubernetes(account) {
      const { connectKubernetes } = await import("../kubernetes/connect.ts");
      const connected = await connectKubernetes({
        flags,
        cluster,
        account,
        token: () => aws.sts.clusterToken(cluster.name),
      });
      connections.push(connected);
      return connected.api;
    },
    close: () => connections.forEach((connection) => connection.close()),
  };
}

function awsChoice({ profile }: ReachFlags, region: string | undefined, terminal: Terminal): AwsChoice {
  return {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(terminal.interactive && { askMfaCode }),
  };
}

async function clusterByFlagOrContext(flags: ReachFlags): Promise<ClusterChoice | undefined> {
  if (flags.cluster !== undefined) return clusterByFlag(flags.cluster);
  const { currentEksCluster } = await import("../kubernetes/current-cluster.ts");
  const current = currentEksCluster(flags.kubeconfig, flags.context);
  return current && { ...current, chosenBy: `kubeconfig context ${current.context}` };
}

function clusterByFlag(text: string): ClusterChoice {
  if (!text.startsWith("arn:")) {
    if (/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(text)) return { name: text, chosenBy: "--cluster" };
    const problem = "is no EKS cluster name: letters, digits, '-' and '_', at most 100";
    throw new Failure("input", "invalid-input", `--cluster '${text}': ${problem}`);
  }
  const parsed = parseClusterArn(text);
  if (!parsed.ok) throw new Failure("input", "invalid-input", `--cluster '${text}': ${parsed.problem}`);
  const { name, region } = clusterRef(parsed.value);
  return { name, region, chosenBy: "--cluster" };
}

async function clusterByQuestion(aws: Aws, terminal: Terminal): Promise<ClusterChoice> {
  if (!terminal.interactive) throw clusterNeeded();
  const names = await aws.eks.listClusters();
  if (names.length === 0) throw new Failure("failed", "no-cluster", `there are no clusters in ${aws.region}`);
  return { name: await choose("Which cluster?", names), chosenBy: "chosen from the list" };
}

function clusterNeeded(): Failure {
  return new Failure("input", "no-cluster-given", "no cluster is named", {
    advice:
      "Name it: --cluster NAME. A plan (not --approve) may also take it from a kubeconfig context made for EKS",
  });
}

function requireSameServer(cluster: ClusterWithIssuer, server: string): void {
  if (normal(server) === normal(cluster.endpoint ?? "")) return;
  throw new Failure(
    "refused",
    "wrong-cluster",
    `the current context is not the cluster '${cluster.name}' of these credentials`,
    {
      facts: [
        ["context's server", server],
        ["EKS says", cluster.endpoint ?? "no endpoint yet"],
      ],
      advice:
        "Another account or region may have a cluster of the same name. Name the one you mean with --cluster, --region and --profile",
    },
  );
}

function normal(server: string): string {
  return server.toLowerCase().replace(/\/+$/, "").replace(/:443$/, "");
}

function connectionOf({ kubeconfig, context }: ReachFlags): { connection?: string } {
  if (kubeconfig === undefined && context === undefined) return {};
  const which = context === undefined ? "its current context" : `context ${context}`;
  return { connection: `${kubeconfig ?? "the default kubeconfig"}, ${which}` };
}

function reachOf(flags: ReachFlags, cluster: ClusterWithIssuer): string[] {
  const flag = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value];
  return [
    "--cluster",
    flags.cluster ?? cluster.name,
    ...flag("--region", flags.region),
    ...flag("--profile", flags.profile),
  ];
}
