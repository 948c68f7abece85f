import type { PodSummary } from "../model/kubernetes-objects.ts";
import {
  AGENT_TOKEN_VOLUME,
  KEY_VARIABLE,
  ROLE_VARIABLE,
  TOKEN_VOLUME,
  URI_VARIABLE,
} from "../model/pod-credentials.ts";
import { workloadOf, type PodJson } from "./wire-pod.ts";

/** The little that is kept of one of many pods. */
export function toPodSummary({ metadata, spec, status }: PodJson): PodSummary {
  const workload = workloadOf(metadata);
  const roleArn = variable(spec, ROLE_VARIABLE);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    serviceAccountName: spec.serviceAccountName ?? "default",
    createdAt: metadata.creationTimestamp,
    phase: status?.phase ?? "Unknown",
    ...(workload !== undefined && { workload }),
    ...(roleArn !== undefined && { roleArn: roleArn.value ?? "" }),
    injected: hasVolume(spec, TOKEN_VOLUME),
    podIdentity: hasVolume(spec, AGENT_TOKEN_VOLUME) && variable(spec, URI_VARIABLE) !== undefined,
    staticKeys: variable(spec, KEY_VARIABLE) !== undefined,
    ...(spec.nodeName !== undefined && { node: spec.nodeName }),
    ...(spec.hostNetwork === true && { hostNetwork: true as const }),
  };
}

function hasVolume({ volumes = [] }: PodJson["spec"], wanted: string): boolean {
  return volumes.some(({ name }) => name === wanted);
}

/** The variable in the first container that has it. */
function variable({ containers, initContainers = [] }: PodJson["spec"], wanted: string) {
  for (const { env } of [...containers, ...initContainers]) {
    const found = env?.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
