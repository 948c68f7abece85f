import { installAgentWords } from "../../model/agent-words.ts";
import { listed, valueOf } from "../../model/known.ts";
import { AGENT_NAME, isAgentsWorkload } from "../../model/pod-identity-agent.ts";
import type { AuditedCluster } from "../inventory.ts";
import type { Rule } from "../rule.ts";
import { aboutCluster } from "../subjects.ts";

/** Pod Identity associations in a cluster that has no agent. */
export const associationWithoutAgent: Rule = {
  code: "association-without-agent",
  pods: "all",
  title: "a cluster has Pod Identity associations, but not the Pod Identity agent",
  severity: "high",
  why: `Pods with an association ask the agent on their node for credentials. Without it they get none; an annotation does not help them, because the association takes precedence.`,
  finds: `Clusters with Pod Identity associations in which the add-on \`${AGENT_NAME}\` is not installed and no pod of its DaemonSets runs. Clusters with EKS Auto Mode have the agent built in. If the add-on or the pods could not be read, nothing is reported.`,
  remedies: "Install it: `irsa associate-agent`.",
  sources: ["https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html"],
  *find({ inventory }) {
    for (const audited of inventory.clusters) {
      const { cluster } = audited;
      const associations = listed(audited.associations);
      if (associations.length === 0 || !isWithoutAgent(audited)) continue;
      const { name, region } = cluster;
      yield {
        subject: aboutCluster(cluster),
        message: `${name} has Pod Identity associations, but not the Pod Identity agent`,
        evidence: [["associations", String(associations.length)]],
        remedy: {
          kind: "command",
          command: installAgentWords(["--cluster", name, "--region", region]),
        },
        namespaces: [...new Set(associations.map(({ serviceAccount }) => serviceAccount.namespace))],
      };
    }
  },
};

/** Only what was read counts: an add-on or pods that are unknown may be there. */
function isWithoutAgent({ cluster, addons, pods }: AuditedCluster): boolean {
  if (cluster.autoMode === true || pods.state !== "known") return false;
  const addon = addons.get(AGENT_NAME);
  if (addon?.state !== "known" || valueOf(addon) !== undefined) return false;
  return !pods.value.some(({ workload = "" }) => isAgentsWorkload(workload));
}
