import { selectByGlob, type GlobSelection } from "../model/glob-selection.ts";
import type { Note } from "../model/plan.ts";
import { accountPath } from "../model/service-account-ref.ts";
import type { FileAccount } from "./account.ts";

/** The accounts of a file that are looked at, by globs on `namespace/name`. */
export function selectAccounts(
  accounts: readonly FileAccount[],
  selection: GlobSelection,
): { readonly accounts: readonly FileAccount[]; readonly notes: readonly Note[] } {
  const from = { one: "account of the file", many: "accounts" };
  const { selected, notes } = selectByGlob(accounts, ({ account }) => accountPath(account), selection, from);
  return { accounts: selected, notes };
}
