import type { PolicyArn, RoleArn } from "./arn.ts";
import type { NotRead } from "./access-answers.ts";
import type { CommandWords } from "./command-words.ts";
import type { ServiceUse } from "./last-accessed.ts";
import type { ServiceAccountRef } from "./service-account-ref.ts";
import type { PolicyDocument } from "./trust-policy/document.ts";

/**
 * Why an action stays: the role used it, AWS tracks the service but not this action, AWS does not report on the service, or the
 * names behind a wildcard are not known. All but the first are unknown, and unknown is not unused.
 */
export type KeptBecause = "used" | "action-not-tracked" | "service-not-reported" | "names-unknown";

/** An action, or a pattern of actions, of the proposed policy. */
export interface KeptAction {
  readonly service: string;
  /** As the policy has it, `s3:ListBucket` or `sqs:*`. */
  readonly action: string;
  readonly because: KeptBecause;
  /** As RFC 3339; only if used. */
  readonly lastUsed?: string;
}

/** An action, or a pattern of actions, that goes. */
export interface DroppedAction {
  readonly service: string;
  readonly action: string;
  /** What was not used in the tracking period: the whole service, or the action. */
  readonly unused: "service" | "action";
}

/** A managed policy by its ARN, or an inline one by its name. */
export type PolicyOfRole = { readonly arn: PolicyArn } | { readonly inline: string };

/** What becomes of a policy of the role: its statements are in the proposal, nothing of it is unused, or it could not be read. */
export type PolicyFate = "replaced" | "stays" | "not-read";

/** A policy of the role that is narrowed. */
export interface NarrowedPolicy {
  readonly policy: PolicyOfRole;
  readonly fate: PolicyFate;
}

/** What narrowing a role's policies to what was used comes to. */
export interface Narrowing {
  /** The proposed policy; `undefined` if nothing is left, or nothing is unused. */
  readonly document: PolicyDocument | undefined;
  readonly policies: readonly NarrowedPolicy[];
  readonly kept: readonly KeptAction[];
  readonly dropped: readonly DroppedAction[];
}

/** The time that the data is of. */
export interface UsePeriod {
  /** RFC 3339. */
  readonly since: string;
  readonly until: string;
  readonly days: number;
  /** True if it begins with the role, which is younger than what AWS looks back. */
  readonly sinceCreation: boolean;
}

/** The answer of `narrow`. */
export interface NarrowAnswer extends Narrowing {
  readonly role: RoleArn;
  /** The ServiceAccount that was asked for, or for which irsa manages the role. */
  readonly serviceAccount: ServiceAccountRef | undefined;
  /** Whether irsa manages the role, so that irsa can change it. */
  readonly isManaged: boolean;
  /** The ServiceAccount in the role's ownership tags, which anyone who may tag can have written. */
  readonly claimed: ServiceAccountRef | undefined;
  readonly period: UsePeriod;
  readonly services: readonly ServiceUse[];
  /** How the names behind wildcards are known: the day of the list of AWS's actions. */
  readonly namesAsOf: string;
  /** The commands that put the proposal in force, in their order. */
  readonly commands: readonly CommandWords[];
  readonly notRead: readonly NotRead[];
}
