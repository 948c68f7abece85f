/** What counts of a lockfile, or of npm's record of what it installed. */
export interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly integrity?: string;
        readonly resolved?: string;
        readonly link?: boolean;
        readonly optional?: boolean;
      }
    >
  >;
}

export function releaseProblems(folder: string): string[];
export function lockProblems(locked: Lockfile, installed: Lockfile): string[];
