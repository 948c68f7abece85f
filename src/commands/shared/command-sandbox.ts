import {
  SandboxError,
  startSandbox,
  type Sandbox,
  type SandboxErrorCode,
  type SandboxOptions,
} from "irsa-sandbox";
import type { FailureCode } from "../../model/failure-codes.ts";
import { Failure, type FailureKind } from "../../model/failure.ts";

interface Meaning {
  readonly kind: FailureKind;
  readonly code: FailureCode;
  readonly advice?: string;
  /** The flag that the message is about. */
  readonly flag?: string;
}

/** What the sandbox's errors mean to whoever gave the flags. */
const MEANINGS: Readonly<Record<SandboxErrorCode, Meaning>> = {
  "eks-cluster": {
    kind: "refused",
    code: "eks-cluster",
    flag: "--cluster-kubeconfig:",
    advice: "The sandbox is for test clusters such as kind or minikube. Choose another context",
  },
  "local-pod": { kind: "failed", code: "local-pod" },
  "port-taken": { kind: "failed", code: "port-taken" },
  "real-cluster": { kind: "failed", code: "real-cluster" },
  "sandbox-folder": { kind: "input", code: "sandbox-folder", flag: "--dir" },
  "sandbox-in-use": {
    kind: "refused",
    code: "sandbox-in-use",
    advice: "Stop that sandbox first, or choose another directory with --dir",
  },
  "sandbox-state": {
    kind: "input",
    code: "sandbox-state",
    advice: "Choose another directory with --dir, or remove this one",
  },
  "temporary-folder": {
    kind: "failed",
    code: "sandbox-folder",
    advice: "Set TMPDIR to a directory that you can write to",
  },
  webhook: { kind: "failed", code: "webhook" },
  "webhook-exists": {
    kind: "refused",
    code: "webhook-exists",
    advice: "On EKS it belongs to the control plane and must stay; start without --register-webhook",
  },
};

/** Starts a sandbox whose errors, at its start and at its end, are failures of the command. */
export async function startCommandSandbox(options: SandboxOptions): Promise<Sandbox> {
  const fail = (error: unknown): never => {
    throw sandboxFailure(error);
  };
  const sandbox = await startSandbox(options).catch(fail);
  return { ...sandbox, stop: async () => sandbox.stop().catch(fail) };
}

/** The sandbox's error as a failure of the command; what is not such an error comes back as it is. */
export function sandboxFailure(error: unknown): unknown {
  if (!(error instanceof SandboxError)) return error;
  const { kind, code, advice, flag } = MEANINGS[error.code];
  const message = [flag ?? [], error.message].flat().join(" ");
  return new Failure(kind, code, message, {
    facts: error.facts,
    ...(advice !== undefined && { advice }),
    cause: error,
  });
}
