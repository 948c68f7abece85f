import type { IamPort } from "../../aws/port.ts";
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
import type { PlanPresenter } from "../shared/plan/presenter.ts";
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
  { aws, ends }: MoveSession,
  terminal: Terminal,
): Promise<Planned> {
  const { to } = ends;
  const clusterFlags =
    to.cluster === undefined ? [] : clusterFlagsOf({ ...flags, cluster: flags.to }, to.cluster);
  const { rows, presenter, ...planned } = await prepareMove(
    ends,
    { flags, audiences, clusterFlags },
    aws.iam,
    terminal,
  );
  return { ...planned, ...(rows.length > 0 && { presenter }) };
}

/** What is asked of a move beside its ends. */
export interface AskedMove {
  readonly flags: MigrateTrustFlags;
  readonly audiences: readonly FromOperator<string>[];
  /** The flags that lead to the new cluster, where it is known. */
  readonly clusterFlags: readonly string[];
}

/** A move that is planned, with a row for each role. */
export interface PlannedMove extends Planned {
  readonly presenter: PlanPresenter;
  readonly rows: readonly MoveRow[];
}

/** Reads the roles of an AWS account, and plans the move of those that trust the old issuer. */
export async function prepareMove(
  ends: MoveSession["ends"],
  asked: AskedMove,
  iam: IamPort,
  terminal: Terminal,
): Promise<PlannedMove> {
  const { flags, audiences, clusterFlags } = asked;
  const move = fromOperator<Move>({ ...ends, way: flags.replace === true ? "replace" : "beside" });
  const observed = await during(terminal, "reading IAM's roles", (update) =>
    observeMove(move, flags, iam, (done, all) => update(`reading IAM: ${done} of ${counted(all, "role")}`)),
  );
  const planned = planMove(observed, { associate: flags.associateOidc === true, clusterFlags, audiences });
  const rows = planned.rows.map((row) => fleetRow(row, move));
  return {
    ...planned,
    kubernetes: undefined,
    presenter: byRow(rows, { one: "role", many: "roles" }),
    report: (outcome) => moveReport(planned.rows, move, valueOf(observed.quota), asked, outcome),
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
