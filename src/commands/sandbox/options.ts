import { parseDuration } from "../../model/duration.ts";
import type { Command } from "commander";
import { clusterRef, parseClusterArn, type ClusterArn } from "../../model/arn.ts";
import { invalid, Problems, valid, type Parsed } from "../../model/problems.ts";
import { partitionOfRegion, type SandboxOptions, type Throttle, type WebhookAddress } from "irsa-sandbox";
import { gather } from "../shared/session/options.ts";

/** The flags that say what a sandbox is like, as commander gives them. */
export interface SandboxFlags {
  readonly cluster?: string[];
  readonly region: string;
  readonly account: string;
  readonly clusterKubeconfig?: string;
  readonly allowClusterWrites?: boolean;
  readonly registerWebhook?: boolean;
  readonly webhookAddress?: string;
  readonly dir?: string;
  readonly port?: string;
  readonly issuerProxy?: boolean;
  readonly latency?: string;
  readonly consistencyLag?: string;
  readonly throttle?: string;
}

/** The flags of `sandbox start`. */
export interface StartFlags extends SandboxFlags {
  readonly output: "text" | "env" | "json";
}

/** The flags of everything that starts a sandbox. */
export function addSandboxOptions(command: Command): Command {
  return command
    .optionsGroup("Contents:")
    .option("-c, --cluster <name>", "cluster name or ARN (repeatable; default: sandbox)", gather)
    .option("-r, --region <region>", "region of clusters given by name", "eu-west-1")
    .option("--account <id>", "AWS account of clusters given by name", "111122223333")
    .option(
      "--dir <directory>",
      "directory to keep the state in; without it, the state is deleted at the end",
    )
    .option(
      "--issuer-proxy",
      "serve the clusters' issuer URLs through an HTTPS proxy that is part of the environment, for eksctl, which connects to them; the proxy refuses all other hosts",
    )
    .optionsGroup("Use a real cluster instead of an emulated one (kind, minikube, …):")
    .option(
      "--cluster-kubeconfig <file>",
      "use the cluster of this kubeconfig's current context, read-only; EKS clusters are refused",
    )
    .option("--allow-cluster-writes", "allow clients of the sandbox to change that cluster")
    .option(
      "--register-webhook",
      "register the pod identity webhook in it while the sandbox runs (requires --allow-cluster-writes)",
    )
    .option(
      "--webhook-address <host[:port]>",
      "address at which the cluster's API server reaches the webhook: an address of this machine to listen on, or a name that resolves to its loopback (default: 127.0.0.1)",
    )
    .optionsGroup("Fault injection:")
    .option("--latency <time>", "delay every response, such as 25ms")
    .option("--consistency-lag <time>", "delay until AWS reads show writes, such as 2s")
    .option(
      "--throttle <calls>",
      "throttle as AWS does: BURST/RATE, such as 20/5 for bursts of 20 and 5 per second",
    );
}

/** The options behind the flags; the real cluster's API is still to be connected to. */
export interface ParsedSandbox {
  readonly options: Omit<SandboxOptions, "real">;
  readonly real?: {
    readonly kubeconfig: string;
    readonly writable: boolean;
    readonly webhook?: WebhookAddress;
  };
}

/** The options behind the flags. @throws Failure of kind `input` with everything that is wrong with them */
export function parseSandboxFlags(flags: SandboxFlags): ParsedSandbox {
  const problems = new Problems();
  const account = problems.take("--account", flags.account, parseAwsAccount);
  const region = problems.take("--region", flags.region, parseRegion);
  const names = flags.cluster ?? ["sandbox"];
  const clusters = problems.all("--cluster", names, (text) => parseCluster(text, account, region));
  noteSplitAwsAccounts(clusters, problems);
  const webhook = parseWebhook(flags, problems);
  if (flags.clusterKubeconfig !== undefined && names.length > 1)
    problems.note("--cluster", names.join(", "), "--cluster-kubeconfig takes a single --cluster name");
  const port = problems.maybe("--port", flags.port, parsePort);
  const latency = problems.maybe("--latency", flags.latency, parseWithUnit);
  const lag = problems.maybe("--consistency-lag", flags.consistencyLag, parseWithUnit);
  const throttle = problems.maybe("--throttle", flags.throttle, parseThrottle);
  problems.throwIfAny();
  const options = {
    clusters,
    ...(flags.dir !== undefined && { dir: flags.dir }),
    ...(port !== undefined && { port }),
    ...(latency !== undefined && { latency }),
    ...(flags.issuerProxy === true && { issuerProxy: true }),
    ...(lag !== undefined && { lag }),
    ...(throttle !== undefined && { throttle }),
  };
  const { clusterKubeconfig: kubeconfig } = flags;
  return {
    options,
    ...(kubeconfig !== undefined && {
      real: {
        kubeconfig,
        writable: flags.allowClusterWrites === true,
        ...(webhook !== undefined && { webhook }),
      },
    }),
  };
}

function parseWebhook(flags: SandboxFlags, problems: Problems): WebhookAddress | undefined {
  const { registerWebhook, webhookAddress, clusterKubeconfig, allowClusterWrites } = flags;
  if (allowClusterWrites === true && clusterKubeconfig === undefined)
    problems.note("--allow-cluster-writes", "", "requires --cluster-kubeconfig");
  if (registerWebhook === true && allowClusterWrites !== true)
    problems.note("--register-webhook", "", "writes to the real cluster: it requires --allow-cluster-writes");
  if (registerWebhook === true && clusterKubeconfig === undefined)
    problems.note("--register-webhook", "", "requires --cluster-kubeconfig");
  if (webhookAddress !== undefined && registerWebhook !== true)
    problems.note("--webhook-address", webhookAddress, "requires --register-webhook");
  const address = problems.maybe("--webhook-address", webhookAddress, parseAddress);
  return registerWebhook === true ? (address ?? { host: "127.0.0.1" }) : undefined;
}

function parseAddress(text: string): Parsed<WebhookAddress> {
  const [, six, four, digits] = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const host = six ?? four;
  if (host === undefined)
    return invalid("is not a valid address; use HOST or HOST:PORT, such as 172.18.0.1:9443");
  if (digits === undefined) return valid({ host });
  const port = parsePort(digits);
  return port.ok ? valid({ host, port: port.value }) : port;
}

function parseAwsAccount(text: string): Parsed<string> {
  return /^\d{12}$/.test(text) ? valid(text) : invalid("is not a valid AWS account ID; use twelve digits");
}

function parseRegion(text: string): Parsed<string> {
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(text)
    ? valid(text)
    : invalid("is not a valid AWS region, such as eu-west-1");
}

/** A name is completed where account and region are right. */
function parseCluster(text: string, account = "111122223333", region = "eu-west-1"): Parsed<ClusterArn> {
  const full = text.startsWith("arn:")
    ? text
    : `arn:${partitionOfRegion(region)}:eks:${region}:${account}:cluster/${text}`;
  const parsed = parseClusterArn(full);
  if (!parsed.ok)
    return text === full
      ? parsed
      : invalid("is not a valid EKS cluster name; use up to 100 letters, digits, '-' and '_'");
  const ref = clusterRef(parsed.value);
  const partition = partitionOfRegion(ref.region);
  return ref.partition === partition ? parsed : invalid(`region ${ref.region} is in partition ${partition}`);
}

function noteSplitAwsAccounts(clusters: readonly ClusterArn[], problems: Problems): void {
  const partitions = new Map<string, string>();
  for (const { arn, awsAccount, partition } of clusters.map(clusterRef)) {
    const first = partitions.get(awsAccount) ?? partition;
    partitions.set(awsAccount, first);
    if (first !== partition)
      problems.note("--cluster", arn, `AWS account ${awsAccount} is in partition ${first}`);
  }
}

function parsePort(text: string): Parsed<number> {
  const port = Number(text);
  return /^\d+$/.test(text) && port >= 1 && port <= 65_535
    ? valid(port)
    : invalid("is not a valid port; use 1 to 65535");
}

function parseThrottle(text: string): Parsed<Throttle> {
  const [, burst, rate] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  if (burst === undefined || rate === undefined || Number(burst) < 1)
    return invalid("is not a valid BURST/RATE, such as 20/5 for bursts of 20 calls and 5 per second");
  return valid({ burst: Number(burst), rate: Number(rate) });
}

/** A number alone could be meant as seconds or milliseconds. */
function parseWithUnit(text: string): Parsed<number> {
  return /^\d+$/.test(text) ? invalid("has no unit; use for example 25ms or 2s") : parseDuration(text);
}
