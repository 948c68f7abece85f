import type { Pod, ServiceAccount } from "../model/kubernetes-objects.ts";
import type { NamespaceName, ServiceAccountRef } from "../model/service-account-ref.ts";

/**
 * What the domain needs of the cluster. Reads give `undefined` for what does not exist and throw a `Failure` for what
 * can't be known (`forbidden`, `unauthorized`, `unreachable`). Writes throw `already-exists` and `conflict`.
 */
export interface KubernetesPort {
  namespaceExists(name: NamespaceName): Promise<boolean>;
  getServiceAccount(ref: ServiceAccountRef): Promise<ServiceAccount | undefined>;
  createNamespace(name: NamespaceName): Promise<void>;
  createServiceAccount(account: NewServiceAccount): Promise<void>;
  /** Sets labels and annotations, if the object still has that resourceVersion; else throws `conflict`. */
  patchServiceAccount(edit: ServiceAccountEdit): Promise<void>;
  /** Asks the API server whether we may (SelfSubjectAccessReview). */
  may(access: Access): Promise<boolean>;
  /** A token of the account (TokenRequest); `undefined` audience means the API server's own. */
  requestToken(ref: ServiceAccountRef, audience: string | undefined, seconds: number): Promise<string>;
  /** The pods of a namespace that run with the account. */
  listPods(ref: ServiceAccountRef): Promise<readonly Pod[]>;
  /** The issuer that the API server's OIDC discovery names. */
  discoverIssuer(): Promise<string>;
}

export interface NewServiceAccount {
  readonly ref: ServiceAccountRef;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ServiceAccountEdit extends NewServiceAccount {
  readonly resourceVersion: string;
}

/** A verb on a resource, as in RBAC; `namespace` is absent for cluster-wide resources. */
export interface Access {
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
}
