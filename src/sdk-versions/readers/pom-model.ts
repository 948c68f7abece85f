/** Group and artifact, and the version as it is written. */
export interface Coordinates {
  readonly group: string;
  readonly artifact: string;
  readonly version: string | undefined;
}

/** A dependency as a POM writes it, its properties not yet resolved. */
export interface PomDependency extends Coordinates {
  readonly scope: string | undefined;
  readonly line: number;
}

/** What a POM says itself. Its own name is inherited where it says none. */
export interface Pom {
  readonly own: { readonly [K in keyof Coordinates]: Coordinates[K] | undefined };
  readonly parent: (Coordinates & { readonly relativePath: string }) | undefined;
  readonly properties: ReadonlyMap<string, string>;
  readonly managed: readonly PomDependency[];
  readonly dependencies: readonly PomDependency[];
}
