import type { Change } from "../model/change.ts";
import { Failure } from "../model/failure.ts";
import type { Note } from "../model/plan.ts";
import { accountPath, type ServiceAccountRef } from "../model/service-account-ref.ts";
import type { Permission, WriteRights } from "./observed.ts";

/**
 * Holds the changes of the cluster against what the API server says that we may; a warning where it does not say.
 * @throws Failure `forbidden` (kind `denied`)
 */
export function checkRights(
  changes: readonly Change[],
  account: ServiceAccountRef,
  may: WriteRights,
): Note[] {
  const needed = changes.flatMap((change) => needs(change, may));
  const lacking = needed.find(({ permission }) => permission === "no");
  if (lacking !== undefined) throw forbidden(account, lacking.right);
  const unknown = needed.filter(({ permission }) => permission === "unknown").map(({ right }) => right);
  if (unknown.length === 0) return [];
  const message = `the cluster does not say whether we may ${unknown.join(" and ")} for ${accountPath(account)}`;
  return [{ level: "warning", code: "rights-unknown", message }];
}

interface Need {
  readonly right: string;
  readonly permission: Permission;
}

function needs({ kind }: Change, may: WriteRights): Need[] {
  if (kind === "create-namespace") return [{ right: "create namespaces", permission: may.createNamespace }];
  if (kind === "create-account") return [{ right: "create serviceaccounts", permission: may.createAccount }];
  if (kind === "edit-account") return [{ right: "patch serviceaccounts", permission: may.patchAccount }];
  return [];
}

function forbidden(account: ServiceAccountRef, right: string): Failure {
  return new Failure(
    "denied",
    "forbidden",
    `not permitted in the cluster: ${right} for ${accountPath(account)}`,
    {
      advice: `Whoever administers the cluster can allow it, in namespace ${account.namespace}; without it: --role-only -o yaml`,
    },
  );
}
