import type { Container, Pod, ServiceAccount } from "../model/kinds.ts";
import { PODS, SERVICE_ACCOUNTS } from "../model/resources.ts";
import { forbidden } from "../model/status.ts";
import { randomSuffix } from "../names.ts";
import type { Store } from "../store.ts";

const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The ServiceAccount admission plugin for a new pod: a ServiceAccount, its image pull secrets, and its token mounted unless
 * pod or ServiceAccount say no.
 * Source: Kubernetes documentation, "Managing Service Accounts", ServiceAccount admission controller.
 * @throws ApiError 403 for a ServiceAccount that does not exist.
 */
export function admitServiceAccount(store: Store, pod: Pod): Pod {
  const { namespace = "", name, generateName = "" } = pod.metadata;
  const { serviceAccountName = "default" } = pod.spec;
  const serviceAccount = store.get(SERVICE_ACCOUNTS, namespace, serviceAccountName);
  if (serviceAccount === undefined) {
    const why = `error looking up service account ${namespace}/${serviceAccountName}: serviceaccount "${serviceAccountName}" not found`;
    throw forbidden(PODS, name === "" ? generateName : name, why);
  }
  const spec = { ...pod.spec, serviceAccountName, serviceAccount: serviceAccountName };
  return withToken(
    { ...pod, spec: { ...spec, ...pullSecrets(spec.imagePullSecrets, serviceAccount) } },
    serviceAccount,
  );
}

function pullSecrets(own: Pod["spec"]["imagePullSecrets"] = [], serviceAccount: ServiceAccount): object {
  const { imagePullSecrets = [] } = serviceAccount;
  return own.length === 0 && imagePullSecrets.length > 0 ? { imagePullSecrets } : {};
}

function withToken(pod: Pod, serviceAccount: ServiceAccount): Pod {
  const { spec } = pod;
  const mounts = spec.automountServiceAccountToken ?? serviceAccount.automountServiceAccountToken ?? true;
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  if (!mounts || all.every(hasMount)) return pod;
  const volume = tokenVolume();
  const mount = (container: Container) => (hasMount(container) ? container : mounted(container, volume.name));
  return {
    ...pod,
    spec: {
      ...spec,
      volumes: [...(spec.volumes ?? []), volume],
      containers: spec.containers.map(mount),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(mount) }),
    },
  };
}

function hasMount({ volumeMounts = [] }: Container): boolean {
  return volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH);
}

function mounted(container: Container, name: string): Container {
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
  return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
}

function tokenVolume() {
  return {
    name: `kube-api-access-${randomSuffix()}`,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
          },
        },
      ],
    },
  };
}
