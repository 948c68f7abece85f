import { roleRef } from "../../model/arn.ts";
import { accountPath } from "../../model/service-account-ref.ts";
import type { FleetRow } from "../../output/fleet-text.ts";
import { changesOf, roleOf, type AccountRow } from "../../service-account/plan-many.ts";
import { byRow } from "./by-row.ts";
import type { Manner } from "./manner.ts";

/** Many accounts, each a row. */
export function byAccount(rows: readonly AccountRow[]): Manner {
  return byRow(rows.map(fleetRow), { one: "account", many: "accounts" });
}

function fleetRow(row: AccountRow): FleetRow {
  const path = accountPath(row.account);
  const changes = changesOf(row);
  const arn = roleOf(row);
  const role = arn === undefined ? {} : { role: roleRef(arn).name };
  return row.state === "failed"
    ? { path, changes, ...role, failure: row.failure }
    : { path, changes, ...role };
}
