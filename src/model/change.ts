import type { ProviderArn, RoleArn } from "./arn.ts";
import type { Tags } from "./iam-objects.ts";
import type { IssuerUrl } from "./issuer.ts";
import type { NamespaceName, ServiceAccountRef } from "./service-account-ref.ts";
import type {
  AttachPolicy,
  CreateRole,
  DeleteInlinePolicy,
  DeleteRole,
  DetachPolicy,
  EditRole,
  LeaveInstanceProfile,
  PutInlinePolicy,
} from "./role-change.ts";
import type { AskedAudience, FromOperator } from "./source.ts";
import type { ConfirmRelease, DeleteStack, RetainStack } from "./stack-change.ts";
import type { BindWorkload, RestartWorkload } from "./workload-change.ts";

/**
 * One thing that apply will do. A change is an edit, not a document: an edit of something that exists carries the
 * digest of what was observed, and apply re-reads the target and stops if it is no longer that.
 */
export type Change =
  | CreateProvider
  | EditProvider
  | DeleteProvider
  | CreateRole
  | EditRole
  | DeleteRole
  | AttachPolicy
  | DetachPolicy
  | PutInlinePolicy
  | DeleteInlinePolicy
  | LeaveInstanceProfile
  | CreateNamespace
  | CreateServiceAccount
  | EditServiceAccount
  | DeleteServiceAccount
  | BindWorkload
  | RestartWorkload
  | RetainStack
  | DeleteStack
  | ConfirmRelease;

/** Registers the issuer as an identity provider. */
export interface CreateProvider {
  readonly kind: "create-provider";
  readonly arn: ProviderArn;
  readonly url: IssuerUrl;
  readonly clientIds: readonly AskedAudience[];
  /** Empty: IAM judges the issuer's certificate by its own trusted authorities. */
  readonly thumbprints: readonly FromOperator<string>[];
  readonly tags: Tags;
}

/** Adds audiences to a provider, and sets tags and thumbprints. */
export interface EditProvider {
  readonly kind: "edit-provider";
  readonly arn: ProviderArn;
  readonly addClientIds: readonly AskedAudience[];
  readonly setTags: Tags;
  /** The values that `setTags` replaces, for show. */
  readonly tagsBefore?: Tags;
  /** The whole new list, or `undefined` to leave it. */
  readonly thumbprints?: readonly FromOperator<string>[];
  readonly observed: string;
}

/** Deletes the identity provider: no token of its issuer is taken any more. */
export interface DeleteProvider {
  readonly kind: "delete-provider";
  readonly arn: ProviderArn;
  readonly observed: string;
}

/** Makes a namespace; one that is there by then is as good. */
export interface CreateNamespace {
  readonly kind: "create-namespace";
  /** The role of the account that it is made for: nothing is made in the cluster before IAM has made that. */
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
  readonly before: Readonly<Record<string, string | undefined>>;
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

/** What a change touches, as `role:<ARN>`; changes of one target are shown together. */
export function targetOf(change: Change): string {
  switch (change.kind) {
    case "create-provider":
    case "edit-provider":
    case "delete-provider":
      return `provider:${change.arn}`;
    case "create-role":
    case "edit-role":
    case "delete-role":
      return `role:${change.arn}`;
    case "attach-policy":
    case "detach-policy":
    case "put-inline-policy":
    case "delete-inline-policy":
    case "leave-instance-profile":
    case "confirm-release":
      return `role:${change.role}`;
    case "retain-stack":
    case "delete-stack":
      return `stack:${change.stack.name}`;
    case "create-namespace":
      return `namespace:${change.namespace}`;
    case "create-service-account":
    case "edit-service-account":
    case "delete-service-account":
      return `account:${change.serviceAccount.namespace}/${change.serviceAccount.name}`;
    case "bind-workload":
    case "restart-workload":
      return `workload:${change.workload.namespace}/${change.workload.kind}/${change.workload.name}`;
  }
}

/** What becomes of the change's target: it is made, changed, or gone. */
export type Effect = "create" | "change" | "remove";

/** What a change does to its target; an attachment, an inline policy and the like change their role. */
export function effectOf({ kind }: Change): Effect {
  switch (kind) {
    case "create-provider":
    case "create-role":
    case "create-namespace":
    case "create-service-account":
      return "create";
    case "delete-provider":
    case "delete-role":
    case "delete-service-account":
    case "delete-stack":
      return "remove";
    case "edit-provider":
    case "edit-role":
    case "edit-service-account":
    case "attach-policy":
    case "detach-policy":
    case "put-inline-policy":
    case "delete-inline-policy":
    case "leave-instance-profile":
    case "bind-workload":
    case "restart-workload":
    case "retain-stack":
    case "confirm-release":
      return "change";
  }
}

/** What a plan does to a target that several changes touch: making and removing tell more than changing. */
export function effectOfAll(changes: readonly Change[]): Effect {
  const effects = changes.map(effectOf);
  return effects.find((effect) => effect !== "change") ?? "change";
}
