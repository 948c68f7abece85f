import { describeAgentWords, installAgentWords } from "../../../model/agent-words.ts";
import { kubectlWords } from "../../../model/cluster-flags.ts";
import { listed, valueOf } from "../../../model/known.ts";
import { listText } from "../../../model/list-text.ts";
import type { Node, Pod } from "../../../model/kubernetes-objects.ts";
import { usesPodIdentity } from "../../../workload/injection.ts";
import { isBeyondAgent } from "../../../workload/pod-identity-problems.ts";
import type { LinkFinding, LinkResult } from "../../chain.ts";
import { command } from "../../fixes.ts";
import { AGENT_NAME, AGENT_NAMESPACE, COMPUTE_TYPE } from "../../../model/pod-identity-agent.ts";
import type { AgentView, Observed } from "../../observed.ts";
import { advice, broken, fault, judged, pass, skipped, unknown, unseen } from "../../result.ts";

/** The agent is installed, runs on the nodes of the pods that need it, and is ready. */
export function checkAgent(observed: Observed): LinkResult {
  const { agent, cluster } = observed;
  if (agent.state === "unasked") return skipped("not read");
  if (agent.state === "unknown") return unseen(agent.failure);
  const { addon, pods, elsewhere } = agent.value;
  const unread = [pods, elsewhere].find(({ state }) => state === "unknown");
  if (unread?.state === "unknown") {
    const status = valueOf(addon)?.status;
    return status === undefined
      ? unseen(unread.failure)
      : unknown(
          `the add-on is ${status}; whether it runs on the pods' nodes is unknown: ${unread.failure.message}`,
        );
  }
  const agents = listed(pods);
  const isBuiltIn = valueOf(cluster)?.autoMode === true;
  if (agents.length === 0 && !isBuiltIn)
    return listed(elsewhere).length > 0 ? notTold(listed(elsewhere)) : notRunning(observed, agent.value);
  const users = listed(observed.pods).filter(
    ({ spec, phase }) => phase === "Running" && usesPodIdentity(spec) && !isBeyondAgent(spec),
  );
  const states = users.map((pod) => onNode(observed, pod, agent.value));
  const missing = states.flatMap((state) => (typeof state === "object" ? [state] : []));
  if (missing.length > 0) return judged([...new Map(missing.map((one) => [one.message, one])).values()], "");
  if (states.includes("elsewhere")) return notTold(listed(elsewhere));
  if (states.includes("unknown")) return unknown("whether the pods' nodes have the agent could not be read");
  return pass(summary(users, agents, isBuiltIn));
}

/** Whoever creates pods in another namespace may label them like the agent's: they show nothing. */
function notTold(pods: readonly Pod[]): LinkResult {
  const namespaces = [...new Set(pods.map(({ namespace }) => namespace))].toSorted();
  return unknown(
    `no pod of the agent runs in namespace ${AGENT_NAMESPACE}; pods in ${listText(namespaces)} have its label, but whether they are the agent can't be verified`,
  );
}

function summary(users: readonly Pod[], agents: readonly Pod[], isBuiltIn: boolean): string {
  if (users.length > 0) return "ready on the nodes of all pods";
  if (agents.length === 0) return isBuiltIn ? "built into the nodes of EKS Auto Mode" : "installed";
  const ready = agents.filter((one) => one.ready).length;
  return `ready on ${ready} of ${agents.length} nodes; no running pod of the ServiceAccount uses it`;
}

/** No pod of the agent runs anywhere. */
function notRunning(observed: Observed, { addon }: AgentView): LinkResult {
  if (addon.state === "unknown") return unseen(addon.failure);
  if (addon.value === undefined) {
    const message = "the Pod Identity agent is not installed";
    return broken(
      fault(
        "agent-missing",
        message,
        { "add-on": "none", pods: "none" },
        command(installAgentWords(observed.clusterFlags)),
      ),
    );
  }
  const { status, issues } = addon.value;
  const isUsed = listed(observed.pods).some(
    ({ spec, phase }) => phase === "Running" && usesPodIdentity(spec),
  );
  if (status === "ACTIVE" && !isUsed) return pass("installed as an add-on; no pods need it yet");
  const message = `the add-on ${AGENT_NAME} is ${status}, and none of its pods runs`;
  const fix = advice(
    "See the status of the add-on, and why its pods don't run:",
    describeAgentWords(valueOf(observed.cluster) ?? { name: "", region: "" }, observed.clusterFlags),
  );
  return broken(
    fault("agent-not-ready", message, { "add-on": status, issues: issues.join("; ") || "none" }, fix),
  );
}

/** What of the agent there is on the node of a pod: a problem, or how much is known. */
function onNode(
  observed: Observed,
  pod: Pod,
  { pods, elsewhere, nodes }: AgentView,
): LinkFinding | "ready" | "elsewhere" | "unknown" {
  const { node } = pod;
  if (node === undefined) return "unknown";
  const agents = listed(pods).filter((one) => one.node === node);
  if (agents.some(({ ready }) => ready)) return "ready";
  const [agent] = agents;
  if (agent !== undefined) {
    const words = kubectlWords(observed.clusterFlags, "-n", agent.namespace, "describe", "pod", agent.name);
    const fix = advice("See why it is not ready:", words);
    const message = `the Pod Identity agent on node ${node} is not ready`;
    return fault("agent-not-ready", message, { pod: pod.name, node, agent: agent.name }, fix);
  }
  const found = nodes.get(node);
  if (found?.state !== "known" || found.value === undefined) return "unknown";
  if (found.value.labels[COMPUTE_TYPE] === "auto") return "ready";
  if (listed(elsewhere).some((one) => one.node === node)) return "elsewhere";
  return fault(
    "agent-not-on-node",
    `the Pod Identity agent does not run on node ${node}`,
    { pod: pod.name, node, "compute type": found.value.labels[COMPUTE_TYPE] ?? "not labeled" },
    advice(whyNot(found.value)),
  );
}

function whyNot({ name, labels }: Node): string {
  if (labels[COMPUTE_TYPE] === "hybrid")
    return `Enable the agent's DaemonSet for hybrid nodes in the add-on's configuration (daemonsets.hybrid.create)`;
  return `Check which nodes the agent's DaemonSet selects, and whether its pod fits on node ${name}`;
}
