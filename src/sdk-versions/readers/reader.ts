import type { Listing } from "../judge.ts";

/** How one kind of file is told and read. */
export interface Reader {
  /** What people call it, as `package-lock.json`. */
  readonly format: string;
  /** The names by which it is found in folders. */
  readonly fileName: RegExp;
  /** Whether a text of another name, or of none, is of this kind. */
  readonly looksLike: (text: string) => boolean;
  /** @throws Malformed */
  readonly read: (text: string) => Listing;
}
