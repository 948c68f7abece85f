import type { Command } from "commander";
import { clusterRef, parseClusterArn, type ClusterArn } from "../model/arn.ts";
import { invalid, Problems, valid, type Parsed } from "../model/problems.ts";
import { partitionOfRegion } from "../sandbox/aws/principals.ts";
import type { Throttle } from "../sandbox/aws/throttle.ts";
import type { SandboxOptions } from "../sandbox/sandbox.ts";
import { gather } from "./options.ts";

/** The flags that say what a sandbox is like, as commander gives them. */
export interface SandboxFlags {
  readonly cluster?: string[];
  readonly region: string;
  readonly account: string;
  readonly dir?: string;
  readonly port?: string;
  readonly latency?: string;
  readonly consistencyLag?: string;
  readonly throttle?: string;
}

/** The flags of everything that starts a sandbox. */
export function addSandboxOptions(command: Command): Command {
  return command
    .optionsGroup("What is in it:")
    .option("-c, --cluster <name>", "cluster, by name or by ARN (repeatable; 'sandbox')", gather)
    .option("-r, --region <region>", "region of clusters given by name", "eu-west-1")
    .option("--account <id>", "AWS account of clusters given by name", "111122223333")
    .option("--dir <folder>", "keep the state there; without, it is gone at the end")
    .optionsGroup("Weather:")
    .option("--latency <time>", "wait before every answer, as 25ms")
    .option("--consistency-lag <time>", "let AWS's reads lag behind its writes, as 2s")
    .option("--throttle <calls>", "throttle as AWS does: BURST/RATE, as 20/5 for 20 at once and 5 a second");
}

/** The options behind the flags. @throws Failure of kind `input` with everything that is wrong with them */
export function parseSandboxFlags(flags: SandboxFlags): SandboxOptions {
  const problems = new Problems();
  const account = problems.take("--account", flags.account, parseAccount);
  const region = problems.take("--region", flags.region, parseRegion);
  const names = flags.cluster ?? ["sandbox"];
  const clusters = problems.all("--cluster", names, (text) => parseCluster(text, account, region));
  noteSplitAccounts(clusters, problems);
  const port = problems.maybe("--port", flags.port, parsePort);
  const latency = problems.maybe("--latency", flags.latency, parseMilliseconds);
  const lag = problems.maybe("--consistency-lag", flags.consistencyLag, parseMilliseconds);
  const throttle = problems.maybe("--throttle", flags.throttle, parseThrottle);
  problems.throwIfAny();
  return {
    clusters,
    ...(flags.dir !== undefined && { dir: flags.dir }),
    ...(port !== undefined && { port }),
    ...(latency !== undefined && { latency }),
    ...(lag !== undefined && { lag }),
    ...(throttle !== undefined && { throttle }),
  };
}

function parseAccount(text: string): Parsed<string> {
  return /^\d{12}$/.test(text) ? valid(text) : invalid("is no AWS account: twelve digits");
}

function parseRegion(text: string): Parsed<string> {
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(text) ? valid(text) : invalid("is no AWS region, as eu-west-1");
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
      : invalid("is no EKS cluster name: letters, digits, '-' and '_', at most 100");
  const ref = clusterRef(parsed.value);
  const partition = partitionOfRegion(ref.region);
  return ref.partition === partition
    ? parsed
    : invalid(`the region ${ref.region} is in the partition ${partition}`);
}

function noteSplitAccounts(clusters: readonly ClusterArn[], problems: Problems): void {
  const partitions = new Map<string, string>();
  for (const { arn, account, partition } of clusters.map(clusterRef)) {
    const first = partitions.get(account) ?? partition;
    partitions.set(account, first);
    if (first !== partition)
      problems.note("--cluster", arn, `the account ${account} is in the partition ${first}`);
  }
}

function parsePort(text: string): Parsed<number> {
  const port = Number(text);
  return /^\d+$/.test(text) && port >= 1 && port <= 65_535 ? valid(port) : invalid("is no port: 1 to 65535");
}

function parseMilliseconds(text: string): Parsed<number> {
  const [, digits, unit] = /^(\d{1,6})(ms|s)$/.exec(text) ?? [];
  if (digits === undefined) return invalid("is no time, as 25ms or 2s");
  return valid(Number(digits) * (unit === "s" ? 1000 : 1));
}

function parseThrottle(text: string): Parsed<Throttle> {
  const [, burst, rate] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  if (burst === undefined || rate === undefined || Number(burst) < 1)
    return invalid("is no BURST/RATE, as 20/5 for 20 calls at once and then 5 a second");
  return valid({ burst: Number(burst), rate: Number(rate) });
}
