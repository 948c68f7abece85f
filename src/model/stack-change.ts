import type { RoleArn } from "./arn.ts";
import type { RoleSnapshot } from "./role-snapshot.ts";
import type { StackResource } from "./stack.ts";

/** What a plan can do to a stack, and to the role that is released from it. */
export type StackChange = RetainStack | DeleteStack | ConfirmRelease;

/** A stack by name and id. */
export interface StackRef {
  readonly name: string;
  readonly id: string;
}

/** A stack's template gets DeletionPolicy Retain on every resource; nothing that it made is touched. */
export interface RetainStack {
  readonly kind: "retain-stack";
  readonly stack: StackRef;
  /** The role that the stack made. */
  readonly role: RoleArn;
  /** The logical ids of the resources. */
  readonly resources: readonly string[];
  /** The new template. */
  readonly template: string;
  readonly parameters: readonly string[];
  readonly capabilities: readonly string[];
  /** Digest of the template that was found. */
  readonly observed: string;
}

/** What a role was when its stack was to go. */
export interface Noted {
  /** The holdings' mark (`holdingsMark`). */
  readonly before: string;
  /** The holdings themselves, where this run has seen them. */
  readonly holdings?: RoleSnapshot;
}

/**
 * A stack goes, termination protection or not, once its template is seen to retain every resource and its role to be
 * what was noted.
 */
export interface DeleteStack extends Noted {
  readonly kind: "delete-stack";
  readonly stack: StackRef;
  readonly role: RoleArn;
  /** What stays. */
  readonly resources: readonly StackResource[];
  readonly isProtected: boolean;
}

/** The role is compared with what it was before its stack went; the mark of that then falls. */
export interface ConfirmRelease extends Noted {
  readonly kind: "confirm-release";
  readonly role: RoleArn;
}
