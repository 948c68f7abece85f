import type { RoleArn } from "./arn.ts";
import type { NamespaceName, ServiceAccountRef } from "./service-account-ref.ts";

/** What a plan can do to a ServiceAccount and its namespace. */
export type ServiceAccountChange =
  | CreateNamespace
  | CreateServiceAccount
  | EditServiceAccount
  | DeleteServiceAccount;

/** Makes a namespace; one that is there by then is as good. */
export interface CreateNamespace {
  readonly kind: "create-namespace";
  /** The role of the ServiceAccount that it is made for: nothing is made in the cluster before that role exists. */
  readonly role: RoleArn | undefined;
  readonly namespace: NamespaceName;
}

/** Makes a ServiceAccount. */
export interface CreateServiceAccount {
  readonly kind: "create-service-account";
  readonly serviceAccount: ServiceAccountRef;
  /** The role that its pods get, or are losing; role and ServiceAccount are changed in the plan's order. */
  readonly role: RoleArn | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Sets labels and annotations of a ServiceAccount; others stay. */
export interface EditServiceAccount {
  readonly kind: "edit-service-account";
  readonly serviceAccount: ServiceAccountRef;
  readonly role: RoleArn | undefined;
  readonly setLabels: Readonly<Record<string, string>>;
  readonly setAnnotations: Readonly<Record<string, string>>;
  readonly unsetLabels?: readonly string[];
  readonly unsetAnnotations?: readonly string[];
  /** The values that the edit replaces or removes, for show; `undefined` where there was none. */
  readonly before: Readonly<Record<"labels" | "annotations", Readonly<Record<string, string | undefined>>>>;
  readonly observed: string;
  /** What the API server compares before it writes (optimistic concurrency). */
  readonly resourceVersion: string;
}

/** Deletes a ServiceAccount. */
export interface DeleteServiceAccount {
  readonly kind: "delete-service-account";
  readonly serviceAccount: ServiceAccountRef;
  readonly role: RoleArn | undefined;
  readonly observed: string;
  /** What the API server compares before it deletes. */
  readonly resourceVersion: string;
}
