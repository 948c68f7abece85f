import type { PolicyArn, ProviderArn, RoleArn } from "./arn.ts";
import type { Tags } from "./iam-objects.ts";
import type { IssuerUrl } from "./issuer.ts";
import type { NamespaceName, ServiceAccountRef } from "./service-account-ref.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/**
 * One thing that apply will do. A change is an edit, not a document: an edit of something that exists carries the
 * digest of what was observed, and apply re-reads the target and stops if it is no longer that.
 */
export type Change =
  | CreateProvider
  | EditProvider
  | CreateRole
  | EditRole
  | AttachPolicy
  | PutInlinePolicy
  | CreateNamespace
  | CreateAccount
  | EditAccount;

/** Registers the issuer as an identity provider. */
export interface CreateProvider {
  readonly kind: "create-provider";
  readonly arn: ProviderArn;
  readonly url: IssuerUrl;
  readonly clientIds: readonly string[];
  /** Empty: IAM judges the issuer's certificate by its own trusted authorities. */
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
}

/** Adds audiences to a provider, and sets tags and thumbprints. */
export interface EditProvider {
  readonly kind: "edit-provider";
  readonly arn: ProviderArn;
  readonly addClientIds: readonly string[];
  readonly setTags: Tags;
  /** The whole new list, or `undefined` to leave it. */
  readonly thumbprints?: readonly string[];
  readonly observed: string;
}

/** Makes a role, complete but for its policies. */
export interface CreateRole {
  readonly kind: "create-role";
  readonly arn: RoleArn;
  readonly trust: PolicyDocument;
  readonly description: string;
  readonly tags: Tags;
  readonly boundary?: PolicyArn;
  readonly maxSessionSeconds?: number;
}

/** Changes facets of a role; those that are absent stay. */
export interface EditRole {
  readonly kind: "edit-role";
  readonly arn: RoleArn;
  readonly trust?: { readonly before: PolicyDocument; readonly after: PolicyDocument };
  readonly boundary?: { readonly before?: PolicyArn; readonly after: PolicyArn };
  readonly maxSessionSeconds?: { readonly before: number; readonly after: number };
  readonly setTags?: Tags;
  readonly observed: string;
}

/** Attaches a managed policy; attaching it again is no error. */
export interface AttachPolicy {
  readonly kind: "attach-policy";
  readonly role: RoleArn;
  readonly policy: PolicyArn;
}

/** Writes an inline policy, in the place of one of that name. */
export interface PutInlinePolicy {
  readonly kind: "put-inline-policy";
  readonly role: RoleArn;
  readonly name: string;
  readonly before?: PolicyDocument;
  readonly after: PolicyDocument;
  readonly observed: string;
}

/** Makes a namespace; one that is there by then is as good. */
export interface CreateNamespace {
  readonly kind: "create-namespace";
  readonly namespace: NamespaceName;
}

/** Makes a ServiceAccount. */
export interface CreateAccount {
  readonly kind: "create-account";
  readonly account: ServiceAccountRef;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Sets labels and annotations of a ServiceAccount; others stay. */
export interface EditAccount {
  readonly kind: "edit-account";
  readonly account: ServiceAccountRef;
  readonly setLabels: Readonly<Record<string, string>>;
  readonly setAnnotations: Readonly<Record<string, string>>;
  /** The values that the edit replaces, for show; `undefined` where there was none. */
  readonly before: Readonly<Record<string, string | undefined>>;
  readonly observed: string;
  /** What the API server compares before it writes (optimistic concurrency). */
  readonly resourceVersion: string;
}

/** What a change touches, as `role:<ARN>`; changes of one target are shown together. */
export function targetOf(change: Change): string {
  switch (change.kind) {
    case "create-provider":
    case "edit-provider":
      return `provider:${change.arn}`;
    case "create-role":
    case "edit-role":
      return `role:${change.arn}`;
    case "attach-policy":
    case "put-inline-policy":
      return `role:${change.role}`;
    case "create-namespace":
      return `namespace:${change.namespace}`;
    case "create-account":
    case "edit-account":
      return `account:${change.account.namespace}/${change.account.name}`;
  }
}
