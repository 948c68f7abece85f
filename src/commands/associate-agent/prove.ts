import type { EksPort } from "../../aws/port.ts";
import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { Addon } from "../../model/addon.ts";
import { describeAgentWords } from "../../model/agent-words.ts";
import type { Cluster } from "../../model/cluster.ts";
import { Failure, isFailure } from "../../model/failure.ts";
import type { Known } from "../../model/known.ts";
import { listText } from "../../model/list-text.ts";
import { AGENT_DAEMON_SET, AGENT_NAME } from "../../model/pod-identity-agent.ts";
import { line } from "../../output/line.ts";
import { progressOn } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { awaitAddon, type AddonEnd } from "../../pod-identity-agent/await-addon.ts";
import { readCoverage, type Coverage } from "../../pod-identity-agent/coverage.ts";
import { watchRollouts, type WatchTerms } from "../shared/proof/watch-rollouts.ts";

/** What is to be proved, and where it is read. */
interface Subject {
  readonly eks: EksPort;
  readonly cluster: Cluster;
  readonly kubernetes: Known<KubernetesPort>;
  /** The version that the add-on must have, where the plan changes it. */
  readonly version: string | undefined;
}

/** The agent as it was verified to be: `nodes` is null where the cluster could not be read. */
export interface AgentProof {
  readonly version: string;
  readonly nodes: Coverage | null;
}

/**
 * Waits until the add-on is active and its DaemonSet is ready on every node that it selects, and says so.
 * @throws Failure `addon-failed`, `rollout-incomplete` or `interrupted`
 */
export async function proveAgent(subject: Subject, terms: WatchTerms): Promise<AgentProof> {
  const { addon, milliseconds } = await active(subject, terms);
  const { kubernetes } = subject;
  const nodes =
    kubernetes.state === "unknown"
      ? unproven(kubernetes.failure, terms.terminal)
      : await onNodes(kubernetes.value, { ...terms, patienceMs: terms.patienceMs - milliseconds });
  return { version: addon.version, nodes };
}

async function active(
  { eks, cluster, version }: Subject,
  terms: WatchTerms,
): Promise<{ readonly addon: Addon; readonly milliseconds: number }> {
  const { terminal, patienceMs, signal } = terms;
  const progress = progressOn(terminal);
  const doing = "waiting until the add-on is active";
  progress.begin(doing);
  try {
    const end = await awaitAddon(
      () => eks.getAddon(cluster.name, AGENT_NAME),
      (addon) => addon?.status === "ACTIVE" && (version === undefined || addon.version === version),
      { patienceMs, signal, onStatus: (status) => progress.update(`${doing}: ${status}`) },
    );
    const { addon, milliseconds } = end;
    if (addon?.status !== "ACTIVE") throw notActive(end, cluster, terms);
    progress.succeed("The add-on is active", milliseconds, addon.version);
    return { addon, milliseconds };
  } finally {
    progress.stop();
  }
}

function notActive({ addon, milliseconds }: AddonEnd, cluster: Cluster, terms: WatchTerms): Failure {
  const { signal, clusterFlags } = terms;
  const seconds = (milliseconds / 1000).toFixed(0);
  const status = addon?.status ?? "not installed";
  const issues = addon?.issues ?? [];
  const conflicts = issues.some((issue) => issue.startsWith("ConfigurationConflict"));
  return new Failure(
    signal.aborted ? "interrupted" : "failed",
    "addon-failed",
    `the add-on ${AGENT_NAME} is ${status} after ${seconds} s`,
    {
      ...(issues.length > 0 && { facts: issues.map((issue) => ["issue", issue] as const) }),
      advice: conflicts
        ? "To overwrite what conflicts, run the same command again with --resolve-conflicts OVERWRITE. The status of the add-on:"
        : "EKS continues. Wait longer with --wait-timeout 15m, or check the status of the add-on:",
      command: describeAgentWords(cluster, clusterFlags),
    },
  );
}

async function onNodes(kubernetes: KubernetesPort, terms: WatchTerms): Promise<Coverage | null> {
  const { terminal } = terms;
  try {
    await watchRollouts(kubernetes, [AGENT_DAEMON_SET], { ...terms, title: AGENT_NAME });
  } catch (error) {
    if (isFailure(error, "forbidden")) return unproven(error, terminal);
    throw error;
  }
  const nodes = await readCoverage(kubernetes);
  if (nodes.state === "unknown") return unproven(nodes.failure, terminal);
  const { missing } = nodes.value;
  if (missing.length > 0)
    terminal.say(
      line`  ${terminal.err.yellow("warning")}  the agent is not ready on ${listText(missing)}: its DaemonSet does not select them, or its pods don't fit`,
    );
  return nodes.value;
}

function unproven({ message }: Failure, { say, err }: Terminal): null {
  say(line`  ${err.yellow("unproven")}  on which nodes the agent is ready is unknown: ${message}`);
  return null;
}
