import type { KubernetesPort } from "../../kubernetes/port.ts";
import type { Access } from "../../model/access.ts";
import type { ServiceAccount } from "../../model/kubernetes-objects.ts";
import { memoized } from "../../model/memoized.ts";
import { recoverFailure } from "../../model/recover-failure.ts";
import {
  serviceAccountPath,
  type NamespaceName,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import type { ServiceAccountReads } from "../create/service-account-reads.ts";

/** From so many ServiceAccounts on, a list of all that the cluster has is worth its size. */
export const MANY_SERVICE_ACCOUNTS = 100;

/** The same for the list of a namespace, by how many are asked for in it. */
const MANY_IN_NAMESPACE = 5;

/** From so many namespaces on, what is permitted is asked for all of them together first. */
const MANY_NAMESPACES = 5;

/**
 * The reads of single ServiceAccounts, each made once, and of many answered from lists: of the whole cluster, or where that
 * is denied or fails, of each namespace that many are asked for in. What no list tells is read by itself.
 */
export function readsOfMany(api: KubernetesPort, refs: readonly ServiceAccountRef[]): ServiceAccountReads {
  const inNamespace = new Map<NamespaceName, number>();
  for (const { namespace } of refs) inNamespace.set(namespace, (inNamespace.get(namespace) ?? 0) + 1);
  const all = memoized(() => listed(api, undefined));
  const ofNamespace = memoized((namespace: NamespaceName) => listed(api, namespace));
  const listFor = async (namespace: NamespaceName): Promise<Listed | undefined> => {
    const whole = refs.length < MANY_SERVICE_ACCOUNTS ? undefined : await all();
    if (whole !== undefined) return whole;
    const isWorthIt = (inNamespace.get(namespace) ?? 0) >= MANY_IN_NAMESPACE;
    return isWorthIt ? ofNamespace(namespace) : undefined;
  };
  return {
    getServiceAccount: async (ref) => {
      const list = await listFor(ref.namespace);
      return list === undefined
        ? api.getServiceAccount(ref)
        : list.serviceAccounts.get(serviceAccountPath(ref));
    },
    // A namespace that has ServiceAccounts is there; one that has none may be, too.
    getNamespace: memoized(async (name: NamespaceName) =>
      (await listFor(name))?.namespaces.has(name) === true ? { name } : api.getNamespace(name),
    ),
    may: inNamespace.size < MANY_NAMESPACES ? memoized((access: Access) => api.may(access)) : mayInMany(api),
  };
}

interface Listed {
  /** By `namespace/name`. */
  readonly serviceAccounts: ReadonlyMap<string, ServiceAccount>;
  readonly namespaces: ReadonlySet<string>;
}

async function listed(
  api: KubernetesPort,
  namespace: NamespaceName | undefined,
): Promise<Listed | undefined> {
  const found = await recoverFailure(() => api.listServiceAccounts(namespace));
  return (
    found && {
      serviceAccounts: new Map(found.map((one) => [serviceAccountPath(one.ref), one])),
      namespaces: new Set(found.map(({ ref }) => ref.namespace)),
    }
  );
}

/**
 * What is permitted in all namespaces is permitted in each: a review without a namespace asks for all of them. Where that is
 * not so, or the API server does not say, each namespace is asked for. Source: Kubernetes API Reference, ResourceAttributes.
 */
function mayInMany(api: Pick<KubernetesPort, "may">): (access: Access) => Promise<boolean> {
  const everywhere = memoized((access: Access) => recoverFailure(() => api.may(access)));
  const there = memoized((access: Access) => api.may(access));
  return async (access) => {
    const { namespace, ...inAll } = access;
    return (namespace !== undefined && (await everywhere(inAll)) === true) || there(access);
  };
}
