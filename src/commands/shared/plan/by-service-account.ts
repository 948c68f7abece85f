import { roleRef } from "../../../model/arn.ts";
import { serviceAccountPath } from "../../../model/service-account-ref.ts";
import type { FleetRow } from "../../../output/fleet-text.ts";
import { changesOf, roleOf, type PlannedServiceAccount } from "../../../service-account/fleet/plan.ts";
import { byRow } from "./by-row.ts";
import type { PlanPresenter } from "./presenter.ts";

/** Many ServiceAccounts, each a row. */
export function byServiceAccount(rows: readonly PlannedServiceAccount[]): PlanPresenter {
  return byRow(rows.map(fleetRow), { one: "ServiceAccount", many: "ServiceAccounts" });
}

function fleetRow(row: PlannedServiceAccount): FleetRow {
  const path = serviceAccountPath(row.serviceAccount);
  const changes = changesOf(row);
  const arn = roleOf(row);
  const role = arn === undefined ? {} : { role: roleRef(arn).name };
  return row.state === "failed"
    ? { path, changes, ...role, failure: row.failure }
    : { path, changes, ...role };
}
