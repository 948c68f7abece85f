import type { Failure } from "../model/failure.ts";
import { recoverFailure } from "../model/recover-failure.ts";

/** What a read brought: a value (also that there is none), or that it can't be known; or it was not made. */
export type Seen<T> =
  | { readonly state: "seen"; readonly value: T }
  | { readonly state: "unknown"; readonly failure: Failure }
  | { readonly state: "unasked" };

/** A read that was not made, since what it would be of is not known. */
export const UNASKED: { readonly state: "unasked" } = { state: "unasked" };

/** Something that is known. */
export function seen<T>(value: T): Seen<T> {
  return { state: "seen", value };
}

/** Makes a read; a failure of it is something to know, not an end. */
export function look<T>(reading: () => Promise<T>): Promise<Seen<T>> {
  return recoverFailure<Seen<T>, Seen<T>>(
    async () => seen(await reading()),
    (failure) => ({ state: "unknown", failure }),
  );
}

/** The value, if there is one and it is known. */
export function valueOf<T>(sight: Seen<T>): T | undefined {
  return sight.state === "seen" ? sight.value : undefined;
}
