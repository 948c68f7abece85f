import type { Container, Pod, PodSpec } from "../model/kinds.ts";
import type { KubeObject } from "../model/object.ts";
import { isObject, type Json, type JsonObject } from "../patch/json.ts";

const POD_SPEC = {
  restartPolicy: "Always",
  terminationGracePeriodSeconds: 30,
  dnsPolicy: "ClusterFirst",
  securityContext: {},
  schedulerName: "default-scheduler",
};
const CONTAINER = {
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};
const TOLERATIONS = ["not-ready", "unreachable"].map((condition) => ({
  key: `node.kubernetes.io/${condition}`,
  operator: "Exists",
  effect: "NoExecute",
  tolerationSeconds: 300,
}));

/** A pod with its defaults, and the tolerations that every pod gets. */
export function podDefaults(object: KubeObject): KubeObject {
  const pod = object as Pod;
  const tolerations = pod.spec.tolerations ?? [];
  const missing = TOLERATIONS.filter(({ key }) => !tolerations.some((given) => given.key === key));
  return {
    ...pod,
    spec: {
      enableServiceLinks: true,
      priority: 0,
      preemptionPolicy: "PreemptLowerPriority",
      ...podSpecDefaults(pod.spec),
      tolerations: [...tolerations, ...missing],
    },
  };
}

/** The spec of a pod, or of a template for pods, with its defaults. */
export function podSpecDefaults(spec: PodSpec): PodSpec {
  const { serviceAccountName = spec.serviceAccount } = spec;
  return {
    ...POD_SPEC,
    ...spec,
    // The old name of the field is kept in step with the new one.
    ...(serviceAccountName !== undefined && { serviceAccountName, serviceAccount: serviceAccountName }),
    containers: (spec.containers ?? []).map(containerDefaults),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(containerDefaults) }),
    ...(spec.volumes && {
      volumes: spec.volumes.map((volume) => volumeDefaults(volume as unknown as JsonObject) as typeof volume),
    }),
  };
}

function containerDefaults(container: Container): Container {
  const { image = "" } = container;
  const latest = image.endsWith(":latest") || !/[:@][^/]*$/.test(image);
  return { imagePullPolicy: latest ? "Always" : "IfNotPresent", ...CONTAINER, ...container };
}

/** Volumes that are files get a mode, a projected token gets a lifetime; nothing else has defaults that matter here. */
function volumeDefaults(volume: JsonObject): { readonly [member: string]: Json } {
  return Object.fromEntries(
    Object.entries(volume).map(([source, value]) => {
      if (!isObject(value) || !MODED_VOLUMES.has(source)) return [source, value];
      const { sources } = value;
      const tokens = Array.isArray(sources)
        ? { sources: (sources as readonly JsonObject[]).map(projectionDefaults) }
        : {};
      return [source, { defaultMode: 420, ...value, ...tokens }];
    }),
  );
}

const MODED_VOLUMES = new Set(["configMap", "downwardAPI", "projected", "secret"]);

function projectionDefaults(projection: JsonObject): JsonObject {
  const { serviceAccountToken: token } = projection;
  return isObject(token) ? { serviceAccountToken: { expirationSeconds: 3600, ...token } } : projection;
}
