/** A CloudFormation stack, as far as releasing its resources needs it. Source: API Reference, `Stack`. */
export interface Stack {
  readonly name: string;
  /** Its ARN, by which alone it is found once it is deleted. */
  readonly id: string;
  /** As `UPDATE_COMPLETE`. */
  readonly status: string;
  /** Why it is in that state, where CloudFormation says. */
  readonly reason?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The names of its parameters. */
  readonly parameters: readonly string[];
  readonly capabilities: readonly string[];
  readonly isProtected: boolean;
}

/** A resource of a stack. Source: API Reference, `StackResource`. */
export interface StackResource {
  /** Its name in the template. */
  readonly logicalId: string;
  /** As `AWS::IAM::Role`. */
  readonly type: string;
  /** What the type's `Ref` gives: of a role its name. */
  readonly physicalId: string;
}

/** True while CloudFormation works on the stack; what waits for a review never ends by itself. */
export function isMoving({ status }: Pick<Stack, "status">): boolean {
  return status.endsWith("_IN_PROGRESS") && status !== "REVIEW_IN_PROGRESS";
}

/** True for a deleted stack. */
export function isGone(stack: Pick<Stack, "status"> | undefined): boolean {
  return stack === undefined || stack.status === "DELETE_COMPLETE";
}

/** Another template for a stack; its parameters keep their values. */
export interface NewTemplate {
  readonly stackId: string;
  readonly template: string;
  /** The names of the stack's parameters. */
  readonly parameters: readonly string[];
  readonly capabilities: readonly string[];
}

/**
 * True if an update of the stack changes what we ask for and nothing else, or one is under way. CloudFormation takes one
 * in UPDATE_FAILED, too, and would go on with what failed then: a template of somebody else's, with our rights.
 * Source: User Guide, "Stack status codes".
 */
export function canBeUpdated({ status }: Pick<Stack, "status">): boolean {
  return /^(CREATE_COMPLETE|UPDATE_COMPLETE|UPDATE_ROLLBACK_COMPLETE|IMPORT_COMPLETE|IMPORT_ROLLBACK_COMPLETE|UPDATE_(COMPLETE_CLEANUP_|ROLLBACK_COMPLETE_CLEANUP_|ROLLBACK_)?IN_PROGRESS)$/.test(
    status,
  );
}

/** True where an update has ended half-way: which template's deletion policies then hold is documented nowhere. */
export function isTorn({ status }: Pick<Stack, "status">): boolean {
  return status === "UPDATE_FAILED" || status === "UPDATE_ROLLBACK_FAILED";
}
