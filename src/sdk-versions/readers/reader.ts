import type { Listing } from "../listing.ts";

/** Package managers whose declarations and lock files are about the same packages. */
export type Ecosystem =
  | "npm"
  | "pypi"
  | "maven"
  | "gradle"
  | "gem"
  | "cargo"
  | "composer"
  | "nuget"
  | "golang"
  | "conan";

/** How one kind of file is told and read. */
export interface Reader {
  /** What people call it, as `package-lock.json`. */
  readonly format: string;
  /** Of a lock file or declaration, not of an SBOM. */
  readonly ecosystem?: Ecosystem;
  /** The names by which it is found in folders. */
  readonly fileName: RegExp;
  /** The same with the folder that the file is in, as `requirements/base.txt`. */
  readonly folderAndName?: RegExp;
  /** An empty file says that there is nothing. */
  readonly mayBeEmpty?: boolean;
  /** Whether a text of another name, or of none, is of this kind. */
  readonly looksLike: (text: string) => boolean;
  /** @throws Malformed */
  readonly read: (text: string) => Listing;
}
