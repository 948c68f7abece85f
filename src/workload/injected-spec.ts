import type { Container, PodSpec } from "../model/kubernetes-objects.ts";
import { ROLE_VARIABLE, TOKEN_VARIABLE, TOKEN_VOLUME } from "../model/pod-credentials.ts";
import { has, isTakenForDone, skippedContainers } from "./injection.ts";

/** Where the webhook mounts the token. Source: README of amazon-eks-pod-identity-webhook. */
const MOUNT_PATH = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
const TOKEN_FILE = "token";

/**
 * A pod template as the webhook leaves it, as far as role and token go. It adds both variables or neither, a mount unless there
 * is one of that volume, and the volume unless there is one of that name. Source: amazon-eks-pod-identity-webhook, pkg/handler.
 */
export function asInjected(spec: PodSpec, { role, audience }: { role: string; audience: string }): PodSpec {
  const skipped = new Set(skippedContainers(spec));
  const hasVolume = spec.volumes.some(({ name }) => name === TOKEN_VOLUME);
  return {
    ...spec,
    containers: spec.containers.map((one) => (skipped.has(one.name) ? one : injectedContainer(one, role))),
    volumes: hasVolume
      ? spec.volumes
      : [{ name: TOKEN_VOLUME, tokens: [{ audience, path: TOKEN_FILE }] }, ...spec.volumes],
  };
}

/**
 * A volume of the container's own where the webhook mounts its token: the API server refuses pods in which two volumes are mounted
 * at one path. Source: Kubernetes API reference, VolumeMount; amazon-eks-pod-identity-webhook, pkg/handler.
 */
export function mountedInItsPlace({ mounts }: Container): string | undefined {
  const at = (path: string): boolean => path.replace(/\/+$/, "") === MOUNT_PATH;
  const isInjected = mounts.some(({ volume, path }) => volume === TOKEN_VOLUME && at(path));
  return isInjected
    ? mounts.find(({ volume, path }) => volume !== TOKEN_VOLUME && at(path))?.volume
    : undefined;
}

function injectedContainer(container: Container, role: string): Container {
  if (isTakenForDone(container)) return container;
  const preset = has(container, ROLE_VARIABLE) || has(container, TOKEN_VARIABLE);
  const added = preset ? {} : { [ROLE_VARIABLE]: role, [TOKEN_VARIABLE]: `${MOUNT_PATH}/${TOKEN_FILE}` };
  const isMounted = container.mounts.some(({ volume }) => volume === TOKEN_VOLUME);
  return {
    ...container,
    env: { ...container.env, ...added },
    mounts: isMounted
      ? container.mounts
      : [...container.mounts, { volume: TOKEN_VOLUME, path: MOUNT_PATH, subPath: "" }],
  };
}
