import {
  credentialSource,
  type CredentialSource,
  type PodServiceAccount,
  type WebhookConfig,
} from "./credential-source.ts";
import { parseCsvRecord } from "./go-values.ts";
import type { Container, EnvironmentVariable, Pod } from "./pod.ts";

/** An operation of a JSON Patch (RFC 6902); an `add` on a member that exists replaces it. */
export interface PatchOperation {
  readonly op: "add";
  readonly path: string;
  readonly value: unknown;
}

const SKIP_CONTAINERS = "eks.amazonaws.com/skip-containers";

/**
 * The patch that gives the pod's containers their credentials; empty for a pod that gets none.
 * Applied twice it changes nothing more, as the API server may call a webhook again.
 */
export function injectionPatch(
  pod: Pod,
  serviceAccount: PodServiceAccount,
  config: WebhookConfig,
): readonly PatchOperation[] {
  const source = credentialSource(pod, serviceAccount, config);
  if (source === undefined) return [];
  const skipped = new Set(parseCsvRecord(pod.metadata?.annotations?.[SKIP_CONTAINERS] ?? ""));
  const inject = (container: Container) =>
    skipped.has(container.name) ? container : injectContainer(container, source, config.region);
  const { containers, initContainers = [] } = pod.spec;
  return [
    ...(source.kind === "pod-identity" ? labelPatch(pod) : []),
    ...volumePatch(pod, source),
    { op: "add", path: "/spec/containers", value: containers.map(inject) },
    ...(initContainers.length > 0
      ? [{ op: "add" as const, path: "/spec/initContainers", value: initContainers.map(inject) }]
      : []),
  ];
}

function injectContainer(
  container: Container,
  source: CredentialSource,
  region: string | undefined,
): Container {
  const { env = [], volumeMounts = [] } = container;
  // Only `env` counts: what `envFrom` brings is not known to a webhook.
  const present = new Set(env.map(({ name }) => name));
  const missing = variableGroups(source, region).filter(
    ({ names }) => !names.some((name) => present.has(name)),
  );
  // With something of every group preset, the webhook takes the container for done and leaves out the mount.
  if (missing.length === 0) return container;
  const mount = { name: source.volume, readOnly: true, mountPath: source.mountPath };
  const mounted = volumeMounts.some(({ name }) => name === source.volume);
  return {
    ...container,
    env: [...env, ...missing.flatMap(({ variables }) => variables)],
    volumeMounts: mounted ? volumeMounts : [...volumeMounts, mount],
  };
}

/** Variables that come together, and the names of which any one, when preset, keeps them all out. */
interface VariableGroup {
  readonly names: readonly string[];
  readonly variables: readonly EnvironmentVariable[];
}

function variableGroups(source: CredentialSource, region: string | undefined): readonly VariableGroup[] {
  const regional = { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" };
  const regions = ["AWS_DEFAULT_REGION", "AWS_REGION"];
  return [
    { names: [regional.name], variables: source.regionalSts ? [regional] : [] },
    {
      names: regions,
      variables: region === undefined ? [] : regions.map((name) => ({ name, value: region })),
    },
    { names: source.variables.map(({ name }) => name), variables: source.variables },
  ];
}

/** A volume of that name that is there is kept, whatever it holds. */
function volumePatch(pod: Pod, source: CredentialSource): readonly PatchOperation[] {
  const volume = {
    name: source.volume,
    projected: { sources: [{ serviceAccountToken: source.token }] },
  };
  const { volumes } = pod.spec;
  if (volumes === undefined) return [{ op: "add", path: "/spec/volumes", value: [volume] }];
  if (volumes.some(({ name }) => name === source.volume)) return [];
  return [{ op: "add", path: "/spec/volumes/0", value: volume }];
}

function labelPatch(pod: Pod): readonly PatchOperation[] {
  const labels = { ...pod.metadata?.labels, "eks.amazonaws.com/pod-identity": "enabled" };
  return [{ op: "add", path: "/metadata/labels", value: labels }];
}
