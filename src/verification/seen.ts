import type { Failure } from "../model/failure.ts";
import { recoverFailure } from "../model/recover-failure.ts";

/** The result of a read: a value (also that there is none), unknown, or not made. */
export type Seen<T> =
  | { readonly state: "seen"; readonly value: T }
  | { readonly state: "unknown"; readonly failure: Failure }
  | { readonly state: "unasked" };

/** A read that was not made, since its target is unknown. */
export const UNASKED: { readonly state: "unasked" } = { state: "unasked" };

/** Something that is known. */
export function seen<T>(value: T): Seen<T> {
  return { state: "seen", value };
}

/** Makes a read; a failure is a result, not thrown. */
export function look<T>(reading: () => Promise<T>): Promise<Seen<T>> {
  return recoverFailure<Seen<T>, Seen<T>>(
    async () => seen(await reading()),
    (failure) => ({ state: "unknown", failure }),
  );
}

/** The value, if it is known. */
export function valueOf<T>(sight: Seen<T>): T | undefined {
  return sight.state === "seen" ? sight.value : undefined;
}
