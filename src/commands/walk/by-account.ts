import { accountPath } from "../../model/service-account-ref.ts";
import type { FleetRow } from "../../output/fleet-text.ts";
import { changesOf, type AccountRow } from "../../service-account/plan-many.ts";
import { byRow } from "./by-row.ts";
import type { Manner } from "./manner.ts";

/** Many accounts, each a row. */
export function byAccount(rows: readonly AccountRow[]): Manner {
  return byRow(rows.map(fleetRow), { one: "account", many: "accounts" });
}

function fleetRow(row: AccountRow): FleetRow {
  const path = accountPath(row.account);
  const changes = changesOf(row);
  return row.state === "failed" ? { path, changes, failure: row.failure } : { path, changes };
}
