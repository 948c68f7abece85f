import type { Change } from "../model/change.ts";
import { Failure } from "../model/failure.ts";
import { accountOrigin } from "../model/marks.ts";
import { accountDigest } from "../model/observed-digest.ts";
import { accountPath } from "../model/service-account-ref.ts";
import type { Holding } from "./holding.ts";
import { ownerOf } from "./owner.ts";
import type { DesiredUpdate } from "./update.ts";

/**
 * The change that sets and takes off labels of the account.
 * @throws Failure `no-account`, `foreign-account` or `owned-elsewhere`
 */
export function labelChanges({ setLabels, unsetLabels }: DesiredUpdate, { account, ref }: Holding): Change[] {
  const path = accountPath(ref);
  if (account === undefined)
    throw new Failure("refused", "no-account", `there is no ServiceAccount ${path}`, {
      advice: "Make it: irsa create-sa",
    });
  if (accountOrigin(account) === undefined)
    throw new Failure("refused", "foreign-account", `the ServiceAccount ${path} is not irsa's`, {
      advice: `Its owner labels it: kubectl -n ${ref.namespace} label serviceaccount ${ref.name} …`,
    });
  const owner = ownerOf(account);
  if (owner !== undefined)
    throw new Failure(
      "refused",
      "owned-elsewhere",
      `the ServiceAccount ${path} is kept by ${owner.name}, which would write it anew`,
      { advice: `Set its labels ${owner.instead}` },
    );
  const set = Object.fromEntries(
    Object.entries(setLabels).filter(([key, value]) => account.labels[key] !== value),
  );
  const unset = unsetLabels.filter((key) => key in account.labels);
  const keys = [...Object.keys(set), ...unset];
  if (keys.length === 0) return [];
  return [
    {
      kind: "edit-account",
      account: ref,
      role: undefined,
      setLabels: set,
      setAnnotations: {},
      unsetLabels: unset,
      before: Object.fromEntries(keys.map((key) => [key, account.labels[key]])),
      observed: accountDigest(account),
      resourceVersion: account.resourceVersion,
    },
  ];
}
