import { policySize } from "../model/trust-policy/grant.ts";
import type { Breaking, OffNodeAnswer, OffNodeRole, OffNodeWorkload } from "../model/off-node.ts";
import { camelCase } from "./camel-case.ts";
import { clusterJson, commandJson, serviceAccountJson } from "./json-forms.ts";
import { periodJson, policyJson, servicesJson } from "./narrow-json.ts";

/** The result of `move-off-node` (docs/json.md). */
export function offNodeResult(answer: OffNodeAnswer): object {
  const { cluster, roles, workloads, document, ofNodes, instanceKeys, breaks } = answer;
  return {
    cluster: clusterJson(cluster),
    nodeRoles: roles.map(roleJson),
    workloads: workloads.map(workloadJson),
    policy: document ?? null,
    policySize: document === undefined ? null : policySize(document),
    services: servicesJson({ ...answer, services: roles.flatMap(({ services }) => services) }),
    actionsOfNodes: ofNodes,
    instanceConditionKeys: instanceKeys,
    breaks: breaks.map(breakingJson),
    notKnown: answer.notKnown,
    namesAsOf: answer.namesAsOf,
    notRead: answer.notRead,
  };
}

function roleJson({ role, sources, period, policies }: OffNodeRole): object {
  return {
    role,
    usedBy: sources,
    period: periodJson(period),
    policies: policies.map(({ policy, beyond }) => ({ ...policyJson(policy), beyond: beyond ?? null })),
  };
}

function workloadJson(one: OffNodeWorkload): object {
  return {
    namespace: one.namespace,
    workload: one.workload,
    state: camelCase(one.state),
    reach: one.reach ?? null,
    serviceAccount: one.serviceAccount ?? null,
    pods: one.pods,
    nodes: one.nodes,
    newServiceAccount: one.target === undefined ? null : serviceAccountJson(one.target),
    notes: one.notes,
    commands: one.commands.map(commandJson),
  };
}

function breakingJson({ namespace, workload, serviceAccount, reach, hostNetwork, pods, role }: Breaking) {
  return { namespace, workload, serviceAccount, reach, hostNetwork, pods, nodeRole: role };
}
