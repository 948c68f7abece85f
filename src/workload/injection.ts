import type { Container, PodSpec } from "../model/kubernetes-objects.ts";
import {
  REGIONAL_VARIABLE,
  REGION_VARIABLES,
  ROLE_VARIABLE,
  TOKEN_VARIABLE,
  URI_VARIABLE,
} from "../model/pod-credentials.ts";

const SKIP_LABEL = "eks.amazonaws.com/skip-pod-identity-webhook";
const SKIP_CONTAINERS = "eks.amazonaws.com/skip-containers";

/** The value of a variable in the first container that has it. */
export function variableOf({ containers }: PodSpec, name: string): string | undefined {
  return containers.map(({ env }) => env[name]).find((value) => value !== undefined);
}

/** True for a pod that takes its credentials from EKS Pod Identity. */
export function usesPodIdentity({ containers }: PodSpec): boolean {
  return containers.some(({ env }) => URI_VARIABLE in env);
}

/** True if the label that keeps the webhook away is there; whatever its value. */
export function isSkipped({ labels }: PodSpec): boolean {
  return SKIP_LABEL in labels;
}

/** The label that keeps the webhook away, as `key=value`. */
export function skipLabel({ labels }: PodSpec): string {
  return `${SKIP_LABEL}=${labels[SKIP_LABEL] ?? ""}`;
}

/** The containers that the pod's annotation names: exactly, spaces and all. */
export function skippedContainers({ annotations }: PodSpec): readonly string[] {
  const text = annotations[SKIP_CONTAINERS] ?? "";
  return text === "" ? [] : text.split(",").map((name) => name.replace(/^"(.*)"$/, "$1"));
}

/** The containers that the webhook looks at. */
export function injectable(spec: PodSpec): readonly Container[] {
  const skipped = new Set(skippedContainers(spec));
  return spec.containers.filter(({ name }) => !skipped.has(name));
}

/** True if the container has the variable, by whatever value. */
export function has({ env }: Container, variable: string): boolean {
  return variable in env;
}

/** True if a region is in the container's environment. */
export function hasRegion(container: Container): boolean {
  return REGION_VARIABLES.some((name) => has(container, name));
}

/** True if something of all that the webhook injects is preset: it then takes the container for done, and adds no mount. */
export function isTakenForDone(container: Container): boolean {
  const identity = has(container, ROLE_VARIABLE) || has(container, TOKEN_VARIABLE);
  return identity && hasRegion(container) && has(container, REGIONAL_VARIABLE);
}
