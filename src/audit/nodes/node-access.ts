import {
  parseNamespaceName,
  parseServiceAccountName,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import type { RoleArn } from "../../model/arn.ts";
import type { Judgement } from "../../model/judgement.ts";
import { contextOf } from "../../model/trust-policy/request.ts";
import { evaluateTrust } from "../../model/trust-policy/evaluate.ts";
import { unlessTooComplex } from "../../model/trust-policy/steps.ts";
import { groupBy } from "../group-by.ts";
import type { AuditedCluster } from "../inventory.ts";
import { podsByNode, podsOn, type NodeReach, type PodOnNode } from "./node-reach.ts";
import { nodeRolesOf, sourceText, type NodeRole } from "./node-roles.ts";

/** That pods of a ServiceAccount get the credentials of a role from the nodes that they run on. */
export interface NodeAccess {
  readonly cluster: AuditedCluster;
  readonly serviceAccount: ServiceAccountRef;
  readonly role: RoleArn;
  readonly judgement: Judgement;
  /** Names of the pods that do, sorted. */
  readonly pods: readonly string[];
  /** What has the role, as `node group workers of demo`. */
  readonly sources: readonly string[];
}

/** What pods of a cluster get from their nodes, whoever they are; those that get nothing for certain are left out. */
export function nodeAccessIn(cluster: AuditedCluster): NodeAccess[] {
  const byNode = podsByNode(cluster);
  const found = nodeRolesOf(cluster).flatMap((use) =>
    podsOn(use, byNode).flatMap((one) => (one.reach === "no" ? [] : [{ use, ...one }])),
  );
  const groups = groupBy(found, ({ use, pod }) => `${pod.namespace}/${pod.serviceAccountName}\n${use.role}`);
  return [...groups.keys()].toSorted().flatMap((key) => accessOf(cluster, groups.get(key) ?? []));
}

function accessOf(
  cluster: AuditedCluster,
  found: readonly (PodOnNode & { readonly use: NodeRole })[],
): NodeAccess[] {
  const [first] = found;
  if (first === undefined) return [];
  const namespace = parseNamespaceName(first.pod.namespace);
  const name = parseServiceAccountName(first.pod.serviceAccountName);
  if (!namespace.ok || !name.ok) return [];
  return [
    {
      cluster,
      serviceAccount: { namespace: namespace.value, name: name.value },
      role: first.use.role,
      judgement: judgementOf(found.map(({ reach }) => reach)),
      pods: [...new Set(found.map(({ pod }) => pod.name))].toSorted(),
      sources: [...new Set(found.map(({ use }) => sourceText(use)))].toSorted(),
    },
  ];
}

/** What decides whether pods get the credentials, where that can't be known. */
const UNKNOWN: Readonly<Record<"possible" | "unknown", string>> = {
  possible: "network policies",
  unknown: "instance metadata options",
};

/** For certain if one pod does for certain; no statement of a trust policy says so. */
function judgementOf(reaches: readonly NodeReach[]): Judgement {
  if (reaches.includes("certain")) return { verdict: "allow", unknownKeys: [], statements: [] };
  const keys = reaches.flatMap((reach) =>
    reach === "possible" || reach === "unknown" ? [UNKNOWN[reach]] : [],
  );
  return { verdict: "conditional", unknownKeys: [...new Set(keys)].toSorted(), statements: [] };
}

/** The service that gives instances their role, also in China. */
const SERVICES = ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"];

/** True for a role that an instance may have, by its trust policy; so is one whose trust policy can't be parsed. */
export function mayBeOfNodes(trust: unknown): boolean {
  if (trust === undefined) return true;
  return SERVICES.some((id) => {
    const request = {
      principal: { type: "Service", id },
      action: "sts:AssumeRole",
      context: contextOf({}),
      others: "unknown",
    } as const;
    const verdict = unlessTooComplex(() => evaluateTrust(trust, request).verdict);
    return verdict !== "deny";
  });
}
