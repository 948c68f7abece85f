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

/** The state of a role before its stack was deleted. */
export interface Noted {
  /** The snapshot as a tag's value (`snapshotTag`). */
  readonly before: string;
  /** The snapshot, if this run has read the role. */
  readonly snapshot?: RoleSnapshot;
}

/**
 * Deletes a stack, also one with termination protection, after verifying that its template retains every resource and
 * that the role is in the recorded state.
 */
export interface DeleteStack extends Noted {
  readonly kind: "delete-stack";
  readonly stack: StackRef;
  readonly role: RoleArn;
  /** What stays. */
  readonly resources: readonly StackResource[];
  readonly isProtected: boolean;
}

/** Compares the role with its state before the stack was deleted, and then removes the tag that records it. */
export interface ConfirmRelease extends Noted {
  readonly kind: "confirm-release";
  readonly role: RoleArn;
}
