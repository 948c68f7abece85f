import type { AwsPort, EksPort } from "../aws/port.ts";
import type { KubernetesPort } from "../kubernetes/port.ts";
import type { Cluster, ClusterWithIssuer } from "../model/cluster.ts";
import { Failure, isFailure } from "../model/failure.ts";
import { known, look, type Known } from "../model/known.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import type { NamespaceName } from "../model/service-account-ref.ts";
import type { ChainReport, Subject } from "../verification/chain.ts";
import type { LinkName } from "../verification/links.ts";
import type { Observed } from "../verification/observed.ts";
import { verifyChain, type Exchanged } from "../verification/verify.ts";
import { listSubjects, type ListedSubjects } from "../verification/verify-many.ts";
import type { Changes } from "./changes.ts";
import { isWithin } from "./clock.ts";
import type { Record } from "./live-aws.ts";
import { isLoss, type SourceName } from "./source-health.ts";

/** How many chains are checked at the same time: STS throttles at some tens of calls a second. */
const AT_ONCE = 8;

/** Ports that tell what is read through them. */
export interface RecordingPorts {
  readonly aws: (record: Record) => AwsPort;
  readonly kubernetes: (record: Record) => KubernetesPort;
}

/** What chains are checked with. */
export interface ChainSources {
  readonly ports: RecordingPorts;
  readonly cluster: ClusterWithIssuer;
  readonly clusterFlags: readonly string[];
  readonly changes: Changes;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** How long STS may need to learn of a change, in milliseconds. */
  readonly patienceMs: number;
  /** After how many milliseconds a token is exchanged again, whatever has changed. */
  readonly proofMs: number;
}

/** A chain as it was last checked. */
export interface CheckedChain {
  readonly report: ChainReport;
  /** When its token was last exchanged, in milliseconds since 1970. */
  readonly provedAt: number | undefined;
  /** What it was read from. */
  readonly sources: ReadonlySet<SourceName>;
}

/** The chains of a cluster, each checked again only for a reason. */
export interface Chains {
  /**
   * Checks those of which something that was read is different, and with `retry` those that are not known to work (where trying is
   * not permitted, only now and then), or whose proof is old. @returns all, by path; `undefined` if it is unknown which there are
   */
  readonly check: (
    namespaces: readonly NamespaceName[],
    retry: boolean,
  ) => Promise<ReadonlyMap<string, CheckedChain> | undefined>;
  /** The reads that chains depend on, by key. */
  readonly usedKeys: () => ReadonlySet<string>;
}

interface Memory extends CheckedChain {
  readonly keys: ReadonlySet<string>;
  /** The state of changes before it was read. */
  readonly readAt: number;
  readonly exchanged: Exchanged;
  readonly checkedAt: number;
  /** That nothing else keeps it from being proved than that its caller may not try: thousands of refusals at each poll tell nothing new. */
  readonly isDenied: boolean;
}

/** No chain is checked yet. */
export function chainsOf(sources: ChainSources): Chains {
  const { changes, now, proofMs, ports, cluster } = sources;
  let couldList = false;
  const memories = new Map<string, Memory>();
  const isDue = (memory: Memory | undefined, retry: boolean): boolean => {
    if (memory === undefined || changes.isTouched(memory.keys, memory.readAt)) return true;
    if (!retry) return false;
    if (memory.report.verdict === "works") return !isWithin(proofMs, memory.provedAt ?? now(), now());
    return !memory.isDenied || !isWithin(proofMs, memory.checkedAt, now());
  };
  return {
    check: async (namespaces, retry) => {
      const listed = await subjectsOf(ports, cluster);
      if (listed === undefined) return undefined;
      const { unlisted } = listed;
      if (unlisted !== undefined && isLoss(unlisted, couldList)) return undefined;
      couldList ||= unlisted === undefined;
      const subjects =
        namespaces.length === 0
          ? listed.subjects
          : listed.subjects.filter(({ namespace }) => namespaces.includes(namespace));
      const byPath = new Map(subjects.map((subject) => [serviceAccountPathOf(subject), subject]));
      for (const path of memories.keys()) if (!byPath.has(path)) memories.delete(path);
      const due = [...byPath].filter(([path]) => isDue(memories.get(path), retry));
      await mapConcurrent(due, AT_ONCE, async ([path, subject]) => {
        memories.set(path, await checkOne(subject, sources, memories.get(path)));
      });
      return new Map(memories);
    },
    usedKeys: () => {
      const used = new Set<string>();
      for (const { keys } of memories.values()) for (const key of keys) used.add(key);
      return used;
    },
  };
}

async function checkOne(
  subject: Subject,
  { ports, cluster, clusterFlags, changes, now, signal, patienceMs, proofMs }: ChainSources,
  before: Memory | undefined,
): Promise<Memory> {
  const keys = new Set<string>();
  const sources = new Set<SourceName>(["serviceAccounts"]);
  const record: Record = (key, source) => {
    keys.add(key);
    sources.add(source);
  };
  const readAt = changes.present();
  const aws = ports.aws(record);
  const kept = before && keptExchange(before, changes, (provedAt) => isWithin(proofMs, provedAt, now()));
  const { report, observed } = await verifyChain(
    subject,
    {
      aws,
      kubernetes: known(ports.kubernetes(record)),
      cluster: await describe(aws.eks, cluster),
      clusterFlags,
    },
    { patienceMs, signal, ...(kept !== undefined && { kept }) },
  );
  const { token, proof } = observed;
  const provedAt = observed.proof === kept?.proof ? before?.provedAt : now();
  return {
    report,
    keys,
    sources,
    readAt,
    exchanged: { token, proof },
    checkedAt: now(),
    isDenied: isDenied(report, observed),
    provedAt: proof.state === "known" ? provedAt : undefined,
  };
}

/** The links that a token and a dry-run pod are asked for. */
const TRIED = new Set<LinkName>(["webhook", "token", "sts", "exchange"]);

function isDenied({ verdict, links }: ChainReport, { proof, tried }: Observed): boolean {
  const failures = [proof, tried].flatMap((one) => (one.state === "unknown" ? [one.failure] : []));
  return (
    verdict === "unproven" &&
    failures.length > 0 &&
    failures.every(({ code }) => code === "access-denied" || code === "forbidden") &&
    links.every(({ link, status }) => status !== "UNKNOWN" || TRIED.has(link))
  );
}

/** The cluster as EKS describes it by now; one that is not found is one that can't be told of. */
async function describe(eks: EksPort, cluster: ClusterWithIssuer): Promise<Known<Cluster>> {
  return look(async () => {
    const found = await eks.describeCluster(cluster.name);
    if (found === undefined) throw noCluster(cluster);
    return found;
  });
}

function noCluster({ name, region }: ClusterWithIssuer): Failure {
  return new Failure("failed", "no-cluster", `cluster '${name}' not found in ${region}`);
}

/** A token that was accepted is not exchanged again because pods come and go; what the exchange depends on is as it was. */
function keptExchange(
  { exchanged, keys, readAt, provedAt = 0 }: Memory,
  changes: Changes,
  isRecent: (provedAt: number) => boolean,
): Exchanged | undefined {
  const { proof } = exchanged;
  const isAccepted = proof.state === "known" && proof.value.state === "accepted";
  const others = [...keys].filter((key) => !/^(?:pods-of|keys|nodes)\/|^agents$/.test(key));
  return isAccepted && isRecent(provedAt) && !changes.isTouched(others, readAt) ? exchanged : undefined;
}

async function subjectsOf(
  ports: RecordingPorts,
  cluster: ClusterWithIssuer,
): Promise<ListedSubjects | undefined> {
  const sources = {
    aws: ports.aws(() => undefined),
    kubernetes: known(ports.kubernetes(() => undefined)),
    cluster: known(cluster),
    clusterFlags: [],
  };
  try {
    return await listSubjects(sources, undefined);
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

function serviceAccountPathOf({ namespace, name }: Subject): string {
  return `${namespace}/${name}`;
}
