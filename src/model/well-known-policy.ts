import type { ServiceAccountRef } from "./service-account-ref.ts";
import type { NotRead } from "./access-answers.ts";
import type { ConditionBlock, PolicyDocument } from "./trust-policy/document.ts";

/** A state of a controller's documentation. */
export interface Upstream {
  /** A repository as `owner/name`, or `AWS` for its documentation and managed policies. */
  readonly project: string;
  /** Its release, or the versions of the managed policies. */
  readonly version: string;
  /** The day of the state that was read. */
  readonly date: string;
}

/** A well-known policy as the command, its JSON and docs/policies.md tell it. */
export interface CatalogRow {
  readonly name: string;
  readonly about: string;
  readonly source: string;
  readonly upstream: Upstream;
  readonly eksctl: boolean;
  readonly inputs: readonly {
    readonly name: string;
    readonly kind: "list" | "switch";
    readonly about: string;
    readonly required: boolean;
  }[];
  /** AWS's managed policies that `true` attaches, by path and name. */
  readonly managedPolicies: readonly string[];
  /** What `true` allows beside them; the name of a required input, in capitals, stands for its value. */
  readonly document: PolicyDocument | undefined;
}

/** Stands for whatever an input was given as; no policy of IAM's has this character. */
export const ANY_INPUT = "\uE000";

/** An action that is allowed, and when. Resources are not compared: a narrower one is the operator's choice, not a version. */
export interface GrantedAction {
  readonly action: string;
  /** Empty: always; otherwise one text for all conditions that mean the same. */
  readonly when: string;
  /** The condition as it is written. */
  readonly condition?: ConditionBlock;
}

/** A well-known policy that a role has, in one version or another. */
export interface RecognizedPolicy {
  readonly field: string;
  /** `outdated` only if a version before the current one is there, or its name with less than the current one; else it is unknown. */
  readonly state: "current" | "outdated" | "unknown";
  /** What leads to it: all that a version says, the name that eksctl gives it, or most of its actions. */
  readonly evidence: "document" | "name" | "similar";
  /** Who wrote the version that is there; `undefined` for the current one, or if none is there in whole. */
  readonly writtenBy: string | undefined;
  /** What the current version allows and the role does not. */
  readonly lacks: readonly GrantedAction[];
  /** What an earlier version allowed and the current one does not. */
  readonly excess: readonly GrantedAction[];
  /** AWS's managed policies that the current version consists of, where none of them is attached. */
  readonly lacksPolicies: readonly string[];
}

/** A well-known policy of a role, or a role whose policies are unknown. */
export interface RolePolicy extends Omit<RecognizedPolicy, "field" | "evidence"> {
  readonly role: string;
  readonly serviceAccounts: readonly ServiceAccountRef[];
  readonly managedBy: "irsa" | "eksctl" | "unmanaged" | undefined;
  readonly policy: string | undefined;
  readonly evidence: RecognizedPolicy["evidence"] | undefined;
  /** Why the role's policies are unknown. */
  readonly reason?: string;
}

/** The answer of `policies --outdated`. */
export interface RolePolicies {
  readonly policies: readonly RolePolicy[];
  /** How many roles have none of the catalog. */
  readonly rolesWithout: number;
  readonly notRead: readonly NotRead[];
}
