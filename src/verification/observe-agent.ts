import type { AwsPort } from "../aws/port.ts";
import { known, listed, look, mapKnown, unknown, type Known, type Seen } from "../model/known.ts";
import type { Cluster } from "../model/cluster.ts";
import { Failure } from "../model/failure.ts";
import type { Node, Pod } from "../model/kubernetes-objects.ts";
import { mapConcurrent } from "../model/map-concurrent.ts";
import { AGENT_NAME, AGENT_NAMESPACE, isAgentsPod } from "../model/pod-identity-agent.ts";
import { usesPodIdentity } from "../workload/injection.ts";
import type { AgentView } from "./observed.ts";
import type { SeenBy } from "./sources.ts";

/** How many nodes are read at the same time. */
const READS = 8;

/** Reads the agent: the add-on, its pods, and the nodes on which it is missing. */
export async function observeAgent(
  { eks }: AwsPort,
  { name }: Cluster,
  pods: readonly Pod[],
  seenBy: SeenBy,
): Promise<Seen<AgentView>> {
  const [addon, { pods: agents, elsewhere }] = await Promise.all([
    look(() => eks.getAddon(name, AGENT_NAME)),
    observeAgents(seenBy),
  ]);
  const served = new Set(listed(agents).map(({ node }) => node));
  const bare = new Set(
    pods
      .filter(({ spec, phase }) => phase === "Running" && usesPodIdentity(spec))
      .flatMap(({ node }) => (node === undefined || served.has(node) ? [] : [node])),
  );
  const nodes = await mapConcurrent(
    [...bare],
    READS,
    async (node): Promise<[string, Known<Node | undefined>]> => [
      node,
      answered(await seenBy((on) => on.getNode(node))),
    ],
  );
  return { state: "known", value: { addon, pods: agents, elsewhere, nodes: new Map(nodes) } };
}

/** The add-on puts them in kube-system; whoever installs the chart may choose another namespace, so others are looked at, too. */
async function observeAgents(seenBy: SeenBy): Promise<Pick<AgentView, "pods" | "elsewhere">> {
  const pods = ofAgent(answered(await seenBy((on) => on.listPods({ namespace: AGENT_NAMESPACE }))));
  if (pods.state === "unknown" || pods.value.length > 0) return { pods, elsewhere: known([]) };
  return { pods, elsewhere: ofAgent(answered(await seenBy((on) => on.listPods({})))) };
}

function ofAgent(pods: Known<readonly Pod[]>): Known<readonly Pod[]> {
  return mapKnown(pods, (all) => all.filter(({ spec }) => isAgentsPod(spec.labels)));
}

/** What was not asked for lack of a cluster is not known. */
function answered<T>(seen: Seen<T>): Known<T> {
  if (seen.state !== "unasked") return seen;
  return unknown(new Failure("failed", "unreachable", "the cluster was not read"));
}
