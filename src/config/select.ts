import { selectByGlob, type GlobSelection } from "../model/glob-selection.ts";
import type { Note } from "../model/plan.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { FileServiceAccount } from "./service-account.ts";

/** The ServiceAccounts of a file that are looked at, by globs on `namespace/name`. */
export function selectServiceAccounts(
  serviceAccounts: readonly FileServiceAccount[],
  selection: GlobSelection,
): { readonly serviceAccounts: readonly FileServiceAccount[]; readonly notes: readonly Note[] } {
  const from = { one: "ServiceAccount of the file", many: "ServiceAccounts" };
  const { selected, notes } = selectByGlob(
    serviceAccounts,
    ({ serviceAccount }) => serviceAccountPath(serviceAccount),
    selection,
    from,
  );
  return { serviceAccounts: selected, notes };
}
