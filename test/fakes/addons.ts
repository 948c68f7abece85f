import type { EksPort } from "../../src/aws/port.ts";
import type { Addon, AddonVersion } from "../../src/model/addon.ts";
import { Failure } from "../../src/model/failure.ts";
import { AGENT_DAEMON_SET, AGENT_NAME } from "../../src/model/pod-identity-agent.ts";
import { receipt } from "./iam-answers.ts";
import type { Effects } from "./iam.ts";
import type { ClusterState } from "./kubernetes.ts";
import { aPod, manifestOf, specOf } from "./pods.ts";
import { parseWorkload } from "./workloads.ts";

/** The versions of the agent's add-on that EKS offers, as the emulation does. */
export const AGENT_VERSIONS: readonly AddonVersion[] = [
  { version: "v1.3.9-eksbuild.3", isDefault: true },
  { version: "v1.3.8-eksbuild.2", isDefault: false },
];

/** What add-ons need: a place to be, and the cluster that they have their pods in. */
export interface AddonState {
  readonly cluster: { readonly arn: string; readonly name: string };
  readonly addons: Map<string, Addon>;
  readonly api: ClusterState;
}

type Addons = Pick<
  EksPort,
  "getAddon" | "listAddonVersions" | "createAddon" | "updateAddon" | "deleteAddon" | "tagAddon"
>;

/** The agent's add-on in a version, active and well. */
export function anAddon(changes: Partial<Addon> = {}): Addon {
  return {
    name: AGENT_NAME,
    arn: `arn:aws:eks:ap-northeast-2:111122223333:addon/eks-work-cluster/${AGENT_NAME}/0000`,
    status: "ACTIVE",
    version: "v1.3.9-eksbuild.3",
    issues: [],
    tags: {},
    ...changes,
  };
}

/** EKS's add-ons in memory: active immediately, with the agent's pods on the nodes that can have them. */
export function addonEffects({ cluster, addons, api }: AddonState): Effects<Addons> {
  const existing = (name: string): Addon => {
    const found = addons.get(name);
    if (found === undefined)
      throw new Failure("refused", "gone", `No addon: ${name} found in cluster: ${cluster.name}`);
    return found;
  };
  return {
    getAddon: (inCluster, name) => (inCluster === cluster.name ? addons.get(name) : undefined),
    listAddonVersions: (name) => (name === AGENT_NAME ? AGENT_VERSIONS : []),
    createAddon: (_cluster, { name, version = AGENT_VERSIONS[0]?.version ?? "", tags }) => {
      if (addons.has(name))
        throw new Failure("refused", "already-exists", "eks:CreateAddon: it already exists");
      const arn = `${cluster.arn.replace(":cluster/", ":addon/")}/${name}/0001`;
      addons.set(name, anAddon({ name, arn, version, tags }));
      runAgent(api);
      return receipt();
    },
    updateAddon: (_cluster, name, { version }) => {
      const found = existing(name);
      addons.set(name, { ...found, status: "ACTIVE", issues: [], version: version ?? found.version });
      runAgent(api);
      return receipt();
    },
    deleteAddon: (_cluster, name) => {
      addons.delete(existing(name).name);
      stopAgent(api);
      return receipt();
    },
    tagAddon: (arn, tags) => {
      const found = [...addons.values()].find((one) => one.arn === arn);
      if (found === undefined) throw new Failure("refused", "gone", `No resource found for arn: ${arn}`);
      addons.set(found.name, { ...found, tags: { ...found.tags, ...tags } });
      return receipt();
    },
  };
}

const WORKLOAD = `daemonset/${AGENT_NAME}`;

/** The agent's DaemonSet, with a ready pod on each node of EC2 that runs Linux. */
export function runAgent(api: ClusterState): void {
  stopAgent(api);
  const labels = { "app.kubernetes.io/name": AGENT_NAME };
  const manifest = manifestOf("default", {}, { labels });
  const nodes = [...api.nodes].filter(
    ([, found]) =>
      found["kubernetes.io/os"] !== "windows" &&
      !["auto", "fargate", "hybrid"].includes(found["eks.amazonaws.com/compute-type"] ?? ""),
  );
  for (const [node] of nodes)
    api.pods.push(
      aPod(`kube-system/${AGENT_NAME}-${node}`, manifest, { workload: WORKLOAD, node, ready: true }),
    );
  const { length: count } = nodes;
  const generation = 1;
  api.workloads.set(`daemonset/kube-system/${AGENT_NAME}`, {
    ...parseWorkload(`daemonset/${AGENT_DAEMON_SET.namespace}/${AGENT_NAME}`, specOf(manifest)),
    rollout: {
      generation,
      observedGeneration: generation,
      wanted: count,
      updated: count,
      available: count,
      total: count,
    },
  });
}

function stopAgent(api: ClusterState): void {
  api.workloads.delete(`daemonset/kube-system/${AGENT_NAME}`);
  const others = api.pods.filter(({ workload }) => workload !== WORKLOAD);
  api.pods.splice(0, api.pods.length, ...others);
}
