import type { Note } from "../model/plan.ts";
import { accountPath } from "../model/service-account-ref.ts";
import { matchesWildcard } from "../model/trust-policy/match.ts";
import type { FileAccount } from "./account.ts";

/** Globs on `namespace/name`; `*` takes in `/` too, as with eksctl. */
export interface Selection {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** The accounts that are looked at; a glob that meets none is likely a slip, and said. */
export function selectAccounts(
  accounts: readonly FileAccount[],
  { include = [], exclude = [] }: Selection,
): { readonly accounts: readonly FileAccount[]; readonly notes: readonly Note[] } {
  const paths = accounts.map(({ account }) => accountPath(account));
  const meets = (path: string, globs: readonly string[]): boolean =>
    globs.some((glob) => matchesWildcard(glob, path));
  const idle = [...include, ...exclude].filter((glob) => !paths.some((path) => meets(path, [glob])));
  const selected = accounts.filter(({ account }) => {
    const path = accountPath(account);
    return (include.length === 0 || meets(path, include)) && !meets(path, exclude);
  });
  const left = accounts.length - selected.length;
  return {
    accounts: selected,
    notes: [
      ...idle.map((glob): Note => ({
        level: "warning",
        code: "idle-glob",
        message: `no account of the file is '${glob}'`,
      })),
      ...(left > 0
        ? [
            {
              level: "info",
              code: "left-out",
              message: `${left} of ${accounts.length} accounts are left out by --include and --exclude`,
            } as const,
          ]
        : []),
    ],
  };
}
