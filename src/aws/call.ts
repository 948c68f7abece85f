import { Failure } from "../model/failure.ts";
import { awsFailure, isAbsent } from "./errors.ts";
import type { Receipt } from "./port.ts";

/** A read: `undefined` if AWS says that it does not exist, a `Failure` if AWS does not say. */
export async function read<T>(action: string, send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw asFailure(action, error);
  }
}

/** A write: its receipt, or a `Failure`; a missing target is one too (`gone`). */
export async function write(action: string, send: () => Promise<Answer>): Promise<Receipt> {
  try {
    const { requestId } = (await send()).$metadata;
    return requestId === undefined ? {} : { requestId };
  } catch (error) {
    if (isAbsent(error))
      throw new Failure("refused", "gone", `${action}: ${messageOf(error)}`, { cause: error });
    throw asFailure(action, error);
  }
}

interface Answer {
  readonly $metadata: { readonly requestId?: string | undefined };
}

/** The failure behind an error; ours pass unchanged. */
export function asFailure(action: string, error: unknown): Failure {
  return error instanceof Failure ? error : awsFailure(action, error);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
