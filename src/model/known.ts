import type { Failure } from "./failure.ts";
import { recoverFailure } from "./recover-failure.ts";

/**
 * The answer of a read: what there is, or why that can't be known. For what may be absent, `value` may be `undefined`: absence
 * is known. What is unknown has no value, so that nothing can be concluded from it.
 */
export type Known<T> =
  | { readonly state: "known"; readonly value: T }
  | { readonly state: "unknown"; readonly failure: Failure };

/** The same for a read that is not made if its target is unknown. */
export type Seen<T> = Known<T> | { readonly state: "unasked" };

/** A read that was not made, since its target is unknown. */
export const UNASKED: { readonly state: "unasked" } = { state: "unasked" };

/** Something that is known. */
export function known<T>(value: T): Known<T> {
  return { state: "known", value };
}

/** Something that can't be known, and why. */
export function unknown(failure: Failure): Known<never> {
  return { state: "unknown", failure };
}

/**
 * Makes a read; a failure is a result, not thrown.
 * @param isResult leaves out failures that end the command
 */
export function look<T>(
  read: () => Promise<T>,
  isResult: (failure: Failure) => boolean = () => true,
): Promise<Known<T>> {
  return recoverFailure<Known<T>, Known<T>>(
    async () => known(await read()),
    (failure) => {
      if (isResult(failure)) return unknown(failure);
      throw failure;
    },
  );
}

/** The value, if it is known; whoever concludes from its absence must check the state. */
export function valueOf<T>(answer: Seen<T>): T | undefined {
  return answer.state === "known" ? answer.value : undefined;
}

/** What is known of a list; whoever concludes from what it lacks must check the state. */
export function listed<T>(answer: Seen<readonly T[]>): readonly T[] {
  return answer.state === "known" ? answer.value : [];
}

/** The same for a value made of the one that is known. */
export function mapKnown<T, U>(answer: Known<T>, change: (value: T) => U): Known<U> {
  return answer.state === "known" ? known(change(answer.value)) : answer;
}
