import type { Pom } from "./readers/pom-model.ts";
import type { UsedPackage } from "./used-package.ts";

/** What one file says that is used, and what of it can only be told with other files. */
export interface Listing {
  readonly packages: readonly UsedPackage[];
  /** Whether it lists what its packages need in turn. */
  readonly complete: boolean;
  /** It says what is asked for, as package.json does; a lock file of the same ecosystem says what was taken. */
  readonly isDeclaration?: boolean;
  /** Files that it includes, as `-r base.txt` does. */
  readonly includes?: readonly Include[];
  /** Groups of packages that are installed only where they are asked for. */
  readonly optionalGroups?: readonly string[];
  /** A Maven project, whose versions other projects may state. */
  readonly pom?: Pom;
  /** Versions that projects below take when they name none, by lower-cased name. */
  readonly centralVersions?: ReadonlyMap<string, string>;
  /** Properties that projects below may use in versions. */
  readonly properties?: ReadonlyMap<string, string>;
}

/** A file that another one includes, by its path from there. */
export interface Include {
  readonly path: string;
  readonly line: number;
  /** It gives versions to what others ask for, and asks for nothing itself. */
  readonly isConstraint: boolean;
}
