import { counted } from "../model/counted.ts";
import { listText } from "../model/list-text.ts";
import type { Note } from "../model/plan.ts";
import { nodeKind, type NodeKind } from "./node-kind.ts";
import type { ObservedAgent } from "./observe.ts";

/** What a user should know before the agent is installed or changed: what is wrong with it, and which nodes it can't serve. */
export function agentNotes(observed: ObservedAgent): Note[] {
  const { addon, nodes } = observed;
  const isOnNodes: Note[] =
    nodes.state === "known"
      ? unserved(nodes.value.map(nodeKind))
      : [
          {
            level: "warning",
            code: "nodes-unknown",
            message: `the nodes that the agent can't run on are unknown: ${nodes.failure.message}`,
          },
        ];
  return [...(addon === undefined ? newNotes(observed) : issues(addon)), ...isOnNodes];
}

function newNotes({ versions, daemonSet }: ObservedAgent): Note[] {
  const notes: Note[] = [];
  if (versions.state === "unknown")
    notes.push({
      level: "warning",
      code: "addon-versions-unknown",
      message: `the available versions of the add-on are unknown, so EKS chooses one: ${versions.failure.message}`,
    });
  if (daemonSet.state === "unknown")
    notes.push({
      level: "warning",
      code: "daemon-set-unknown",
      message: `it is unknown whether the agent was installed without the add-on: ${daemonSet.failure.message}`,
    });
  return notes;
}

function issues({ status, issues: found }: NonNullable<ObservedAgent["addon"]>): Note[] {
  return found.map((issue) => ({
    level: "warning",
    code: "addon-issue",
    message: `the add-on is ${status}: ${issue}`,
  }));
}

/** Why the agent is not on a node. Source: EKS User Guide, "EKS Pod Identity restrictions"; the chart of eks-pod-identity-agent. */
const UNSERVED: readonly (readonly [kind: NodeKind, label: string, why: string])[] = [
  ["fargate", "Fargate node", "EKS Pod Identity does not support Fargate; use IRSA for pods there"],
  ["windows", "Windows node", "EKS Pod Identity does not support Windows; use IRSA for pods there"],
  [
    "hybrid",
    "hybrid node",
    "hybrid nodes need a DaemonSet of their own; set daemonsets.hybrid.create in the add-on's configuration",
  ],
];

/** The kinds of node without an agent, and why. */
function unserved(kinds: readonly NodeKind[]): Note[] {
  return UNSERVED.flatMap(([kind, label, why]) => {
    const count = kinds.filter((one) => one === kind).length;
    if (count === 0) return [];
    const message = `the agent does not run on ${counted(count, label)}: ${why}`;
    return [{ level: "warning", code: "nodes-without-agent", message }];
  });
}

/** The ServiceAccounts that lose their role when the agent is deleted. */
export function losingNote(serviceAccounts: readonly string[]): Note {
  const who = counted(serviceAccounts.length, "ServiceAccount");
  const message = `pods of ${who} lose access to AWS: ${listText(serviceAccounts)}`;
  return { level: "warning", code: "loses-agent", message };
}
