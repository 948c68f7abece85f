import type { PodSummary } from "../model/kubernetes-objects.ts";
import {
  AGENT_TOKEN_VOLUME,
  KEY_VARIABLE,
  ROLE_VARIABLE,
  TOKEN_VOLUME,
  URI_VARIABLE,
} from "../model/pod-credentials.ts";
import { flag, listOf, object, optional, text, texts } from "./answer.ts";
import { workloadOf } from "./wire-pod.ts";
import { OWNERS } from "./wire.ts";

const CONTAINERS = listOf(object({ env: optional(listOf(object({ name: text, value: optional(text) }))) }));

/** The parts of the JSON of one of many pods that we read, as `POD` has them: reading all of it takes twice as long. */
export const POD_SUMMARY = object({
  metadata: object({
    namespace: text,
    name: text,
    creationTimestamp: text,
    labels: optional(texts),
    ownerReferences: OWNERS,
  }),
  spec: object({
    serviceAccountName: optional(text),
    nodeName: optional(text),
    hostNetwork: optional(flag),
    initContainers: optional(CONTAINERS),
    containers: CONTAINERS,
    volumes: optional(listOf(object({ name: text }))),
  }),
  status: optional(object({ phase: optional(text) })),
});

type PodSummaryJson = ReturnType<typeof POD_SUMMARY>;

/** The little that is kept of one of many pods. */
export function toPodSummary({ metadata, spec, status }: PodSummaryJson): PodSummary {
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

function hasVolume({ volumes = [] }: PodSummaryJson["spec"], wanted: string): boolean {
  return volumes.some(({ name }) => name === wanted);
}

/** The variable in the first container that has it. */
function variable({ containers, initContainers = [] }: PodSummaryJson["spec"], wanted: string) {
  for (const { env } of [...containers, ...initContainers]) {
    const found = env?.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
