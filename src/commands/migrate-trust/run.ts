import { valueOf } from "../../model/known.ts";
import { counted } from "../../model/counted.ts";
import { fromOperator, type FromOperator } from "../../model/source.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { observeMove } from "../../trust-migration/observe.ts";
import { planMove } from "../../trust-migration/plan.ts";
import { sizesOf, type MoveRow } from "../../trust-migration/rows.ts";
import type { Move } from "../../trust-migration/move.ts";
import type { FleetRow } from "../../output/fleet-text.ts";
import type { CommandContext } from "../command-context.ts";
import { clusterFlagsOf } from "../shared/session/cluster-flags.ts";
import { byRow } from "../shared/plan/by-row.ts";
import { runPlanIn, type Planned } from "../shared/plan/run-plan-command.ts";
import { moveReport } from "./report.ts";
import { openMove, type Endpoints, type MoveSession } from "./endpoints.ts";
import type { MigrateTrustFlags } from "./flags.ts";

/** The run of `migrate-trust`: read the roles, plan, show, apply, answer. */
export async function moveTrust(
  ends: Endpoints,
  audiences: readonly FromOperator<string>[],
  flags: MigrateTrustFlags,
  context: CommandContext,
): Promise<void> {
  const open = () => openMove(ends, { ...flags, adaptiveRetry: true }, context);
  await runPlanIn(flags, context, open, (session, terminal) => prepare(audiences, flags, session, terminal));
}

async function prepare(
  audiences: readonly FromOperator<string>[],
  flags: MigrateTrustFlags,
  session: MoveSession,
  terminal: Terminal,
): Promise<Planned> {
  const { aws, ends } = session;
  const move = fromOperator<Move>({ ...ends, way: flags.replace === true ? "replace" : "beside" });
  const observed = await during(terminal, "reading IAM's roles", (update) =>
    observeMove(move, flags, aws.iam, (done, all) =>
      update(`reading IAM: ${done} of ${counted(all, "role")}`),
    ),
  );
  const { to } = ends;
  const clusterFlags =
    to.cluster === undefined ? [] : clusterFlagsOf({ ...flags, cluster: flags.to }, to.cluster);
  const planned = planMove(observed, { associate: flags.associateOidc === true, clusterFlags, audiences });
  const rows = planned.rows.map((row) => fleetRow(row, move));
  return {
    changes: planned.changes,
    notes: planned.notes,
    kubernetes: undefined,
    ...(rows.length > 0 && { presenter: byRow(rows, { one: "role", many: "roles" }) }),
    report: (outcome) => moveReport(planned.rows, move, valueOf(observed.quota), clusterFlags, outcome),
  };
}

function fleetRow(row: MoveRow, { way }: Move): FleetRow {
  const { name: path } = row;
  if (row.state === "failed") return { path, changes: [], failure: row.failure };
  const { before, after } = sizesOf(row);
  const what =
    way === "beside"
      ? "~ trust policy: also trust the new issuer"
      : "~ trust policy: trust the new issuer instead";
  const tags = row.tagsFate === "follow" ? ", ~ ownership tags" : "";
  return { path, changes: row.changes, words: `${what}, ${before} → ${after} characters${tags}` };
}
