/** What can keep a sandbox from starting or from keeping its state. */
export type SandboxErrorCode =
  | "eks-cluster"
  | "local-pod"
  | "port-taken"
  | "real-cluster"
  | "sandbox-folder"
  | "sandbox-in-use"
  | "sandbox-state"
  | "temporary-folder"
  | "webhook"
  | "webhook-exists";

/** A reason that the user can understand and act on; anything else that is thrown is a bug in the sandbox. */
export class SandboxError extends Error {
  override readonly name = "SandboxError";
  readonly code: SandboxErrorCode;
  /** Labeled details, such as the process that uses a folder. */
  readonly facts: readonly (readonly [label: string, value: string])[];

  /** @param message lower case, without a full stop */
  constructor(code: SandboxErrorCode, message: string, facts: SandboxError["facts"] = []) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}

/** Why the system refused a file or folder, in its own words; they stand between its code and the call that Node made. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /^[A-Z\d]+: (.+), \w+(?: '|$)/.exec(error.message)?.[1] ?? error.message;
}
