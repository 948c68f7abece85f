import type { Access, KubernetesPort } from "../../src/kubernetes/port.ts";
import { Failure } from "../../src/model/failure.ts";
import type { Pod, ServiceAccount } from "../../src/model/kubernetes-objects.ts";
import { accountPath, subjectOf, type ServiceAccountRef } from "../../src/model/service-account-ref.ts";
import type { Effects } from "./iam.ts";
import { tokenOf } from "./sts.ts";

/** What the API server holds. */
export interface ClusterState {
  readonly namespaces: Set<string>;
  /** By `namespace/name`. */
  readonly accounts: Map<string, ServiceAccount>;
  readonly pods: Pod[];
  /** What the access review says no to. */
  readonly forbidden: Set<`${Access["verb"]} ${Access["resource"]}`>;
  issuer: string;
  /** Counts every write, as etcd's revision does. */
  revision: number;
}

/** The API server's answer to whoever lacks the right. */
export function kubernetesForbids(method: keyof KubernetesPort): Failure {
  return new Failure("denied", "forbidden", `not permitted in the cluster: ${method}`);
}

/** The Kubernetes API in memory: namespaces before accounts, optimistic concurrency, and the adapter's failures. */
export function kubernetesEffects(state: ClusterState): Effects<KubernetesPort> {
  const { namespaces, accounts } = state;
  const existingAccount = (what: string, ref: ServiceAccountRef): ServiceAccount => {
    const found = accounts.get(accountPath(ref));
    if (found === undefined) throw new Failure("refused", "gone", `${what} ${accountPath(ref)}: not found`);
    return found;
  };
  return {
    namespaceExists: (name) => namespaces.has(name),
    getServiceAccount: (ref) => accounts.get(accountPath(ref)),
    createNamespace: (name) => {
      if (namespaces.has(name)) throw alreadyExists(`create namespace ${name}`);
      namespaces.add(name);
    },
    createServiceAccount: ({ ref, labels, annotations }) => {
      const what = `create serviceaccount ${accountPath(ref)}`;
      if (!namespaces.has(ref.namespace)) throw new Failure("refused", "gone", `${what}: not found`);
      if (accounts.has(accountPath(ref))) throw alreadyExists(what);
      store(state, { ref, labels, annotations, managers: ["irsa"] });
    },
    patchServiceAccount: ({ ref, labels, annotations, resourceVersion }) => {
      const found = existingAccount("patch serviceaccount", ref);
      if (found.resourceVersion !== resourceVersion)
        throw new Failure(
          "refused",
          "conflict",
          `patch serviceaccount ${accountPath(ref)}: it has been changed meanwhile`,
        );
      store(state, {
        ref,
        labels: { ...found.labels, ...labels },
        annotations: { ...found.annotations, ...annotations },
        managers: [...new Set([...found.managers, "irsa"])],
      });
    },
    may: ({ verb, resource }) => !state.forbidden.has(`${verb} ${resource}`),
    requestToken: (ref, audience) => {
      existingAccount("create serviceaccounts/token for", ref);
      return tokenOf({ iss: state.issuer, sub: subjectOf(ref), aud: audience ?? state.issuer });
    },
    listPods: ({ namespace, name }) =>
      state.pods.filter((pod) => pod.namespace === namespace && pod.serviceAccountName === name),
    discoverIssuer: () => state.issuer,
  };
}

/** Puts an account in place, under a new resourceVersion. */
export function store(state: ClusterState, account: Omit<ServiceAccount, "resourceVersion">): void {
  state.revision += 1;
  state.namespaces.add(account.ref.namespace);
  state.accounts.set(accountPath(account.ref), { ...account, resourceVersion: `${state.revision}` });
}

function alreadyExists(what: string): Failure {
  return new Failure("refused", "already-exists", `${what}: it exists already`);
}
