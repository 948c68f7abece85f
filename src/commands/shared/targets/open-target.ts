import type { Aws } from "../../../aws/clients.ts";
import type { Caller } from "../../../aws/port.ts";
import type { ClusterSource } from "../../../audit/observe-cluster.ts";
import { splitArn } from "../../../model/arn.ts";
import type { ClusterWithIssuer } from "../../../model/cluster.ts";
import { Failure } from "../../../model/failure.ts";
import { look } from "../../../model/known.ts";
import { listText } from "../../../model/list-text.ts";
import { mapConcurrent } from "../../../model/map-concurrent.ts";
import { memoized } from "../../../model/memoized.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "../../../model/service-account-ref.ts";
import { selectsCluster, type Target } from "../../../model/target.ts";
import { requireIssuer } from "../../../oidc-association/issuer.ts";
import { shareClusters, shareIam } from "./share-reads.ts";
import { requireAsked, requireOwnAwsAccount } from "../session/bound-cluster.ts";
import type { Network } from "../session/network.ts";

/** How many clusters of a region are described at the same time. */
const AT_ONCE = 8;

/** A cluster of a target, with its AWS account in the cluster's region: what a session is, where one cluster is read. */
export interface TargetCluster extends ClusterSource {
  readonly aws: Aws;
  /** The same, in which nothing of IAM is remembered. */
  readonly direct: Aws;
  readonly caller: Caller;
  /** The flags that lead to the cluster, for the commands that we print. */
  readonly clusterFlags: readonly string[];
}

/** A target that can be read: its AWS account, and the clusters that are meant. */
export interface OpenTarget {
  readonly target: Target;
  readonly aws: Aws;
  readonly caller: Caller;
  readonly sources: readonly TargetCluster[];
  readonly lost: readonly LostPart[];
  close(): void;
}

/** A region, or a cluster in it, that could not be read. */
export interface LostPart {
  readonly region?: string;
  readonly cluster?: string;
  readonly failure: Failure;
}

/** With what targets are opened. */
export interface TargetWorld {
  /** The caller's own credentials and region. */
  readonly base: Aws;
  readonly network: Network;
}

/**
 * Gets the target's credentials, and finds its clusters. What fails for one region or cluster is lost alone.
 * @param withoutClusters leaves out its clusters: IAM alone is meant
 * @throws Failure where nothing of the target can be read; `other-aws-account` for credentials of another AWS account
 */
export async function openTarget(
  target: Target,
  world: TargetWorld,
  withoutClusters = false,
): Promise<OpenTarget> {
  const { awsAccount, name, access } = target;
  const { profile, ...assume } = access;
  const [first = world.base.region, ...others] = target.regions;
  const own =
    profile === undefined
      ? undefined
      : await world.network.connectAws({ profile, region: first, adaptiveRetry: true });
  const connections: { close(): void }[] = own === undefined ? [] : [own];
  const close = (): void => connections.forEach((one) => one.close());
  try {
    const aws = (own ?? world.base).as({ region: first, ...(assume.roles.length > 0 && { assume }) });
    const caller = await aws.sts.getCaller();
    requireAwsAccount(name, awsAccount, caller);
    if (withoutClusters) return { target, aws, caller, sources: [], lost: [], close };
    const regions = [aws, ...others.map((region) => aws.as({ region }))].map(shareClusters);
    const found = await Promise.all(regions.map((one) => clustersIn(one, target, caller)));
    const [failed] = found.flatMap(({ whole }) => whole ?? []);
    if (failed !== undefined && found.every(({ whole }) => whole !== undefined)) throw failed;
    const iam = shareIam(aws.iam);
    const sourceOf = (from: Aws, cluster: ClusterWithIssuer): TargetCluster => ({
      cluster,
      aws: { ...from, iam },
      direct: from,
      caller,
      clusterFlags: ["--cluster", cluster.arn, ...(profile === undefined ? [] : ["--profile", profile])],
      eks: from.eks,
      ec2: from.ec2,
      kubernetes: memoized(async () => {
        const connected = await world.network.connectKubernetes({
          flags: {},
          cluster,
          serviceAccount: DEFAULT_SERVICE_ACCOUNT,
          token: () => from.sts.clusterToken(cluster.name),
        });
        connections.push(connected);
        return connected.api;
      }),
    });
    const sources = found.flatMap(({ from, clusters }) => clusters.map((one) => sourceOf(from, one)));
    return {
      target,
      aws,
      caller,
      sources,
      lost: [...found.flatMap(({ lost }) => lost), ...notFound(target, regions, found)],
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Whoever can change the file, or a profile, must not have another AWS account answer for this one. */
function requireAwsAccount(name: string, awsAccount: string, caller: Caller): void {
  if (caller.awsAccount === awsAccount && splitArn(caller.arn)?.awsAccount === awsAccount) return;
  throw new Failure(
    "refused",
    "other-aws-account",
    `the credentials of target '${name}' are for AWS account ${caller.awsAccount}, not ${awsAccount}`,
    { facts: [["caller", caller.arn]] },
  );
}

interface FoundInRegion {
  readonly from: Aws;
  /** Those that are there by the names that are meant. */
  readonly names: readonly string[];
  readonly clusters: readonly ClusterWithIssuer[];
  readonly lost: readonly LostPart[];
  /** Why nothing of the region is known. */
  readonly whole?: Failure;
}

async function clustersIn(from: Aws, { clusters: selector }: Target, caller: Caller): Promise<FoundInRegion> {
  const { region } = from;
  const listed = await look(() => from.eks.listClusters());
  if (listed.state === "unknown") {
    const { failure } = listed;
    return { from, names: [], clusters: [], lost: [{ region, failure }], whole: failure };
  }
  const names = listed.value.filter((name) => selector.names?.includes(name) ?? true);
  const each = await mapConcurrent(names, AT_ONCE, async (name) => {
    const described = await look(() => describe(from, name, caller));
    return { name, described };
  });
  return {
    from,
    names,
    clusters: each.flatMap(({ described }) =>
      described.state === "known" &&
      described.value !== undefined &&
      selectsCluster(selector, described.value)
        ? [described.value]
        : [],
    ),
    lost: each.flatMap(({ name, described }) =>
      described.state === "unknown" ? [{ region, cluster: name, failure: described.failure }] : [],
    ),
  };
}

/** `undefined` for one that was deleted meanwhile. */
async function describe(
  { eks, region }: Aws,
  name: string,
  caller: Caller,
): Promise<ClusterWithIssuer | undefined> {
  const cluster = await eks.describeCluster(name);
  if (cluster === undefined) return undefined;
  requireAsked(cluster, { name, region, chosenBy: `'${name}'` });
  requireOwnAwsAccount(cluster, caller, `'${name}'`);
  return requireIssuer(cluster, { name, region, profile: undefined });
}

/** The clusters that are named, and that no region has; those of a region that can't be read may be in it. */
function notFound(
  { clusters: { names: wanted = [] } }: Target,
  regions: readonly Aws[],
  found: readonly FoundInRegion[],
): LostPart[] {
  if (found.some(({ whole }) => whole !== undefined)) return [];
  const known = new Set(found.flatMap((one) => one.names));
  const where = listText(
    regions.map(({ region }) => region),
    3,
  );
  return wanted
    .filter((name) => !known.has(name))
    .map((cluster) => ({
      cluster,
      failure: new Failure("failed", "no-cluster", `cluster '${cluster}' not found in ${where}`),
    }));
}
