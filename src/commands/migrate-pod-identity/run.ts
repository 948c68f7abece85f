import {
  DEFAULT_SERVICE_ACCOUNT,
  serviceAccountPath,
  type ServiceAccountRef,
} from "../../model/service-account-ref.ts";
import { roleRef } from "../../model/arn.ts";
import type { FleetRow } from "../../output/fleet-text.ts";
import { during } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { observeMigration, type MigrationSources } from "../../pod-identity-migration/observe.ts";
import { checkRows } from "../../pod-identity-migration/check-rows.ts";
import { planMigration, planOfRows } from "../../pod-identity-migration/plan.ts";
import type { MigrationRow } from "../../pod-identity-migration/row.ts";
import type { CommandContext } from "../command-context.ts";
import { byRow } from "../shared/plan/by-row.ts";
import { runPlanCommand, type Planned } from "../shared/plan/run-plan-command.ts";
import { watchRollouts } from "../shared/proof/watch-rollouts.ts";
import { loadKubernetesAhead, type Session } from "../shared/session/session.ts";
import type { MigratePodIdentityFlags } from "./flags.ts";
import { migrationReport } from "./report.ts";
import { readSdkFiles } from "./sdk-files.ts";

/** How long rollouts are watched, in milliseconds. */
const PATIENCE_MS = 600_000;

/** The run of `migrate-pod-identity`: read, plan, show, apply, wait for the pods, answer. */
export async function migrateThem(
  refs: readonly ServiceAccountRef[] | "all",
  flags: MigratePodIdentityFlags,
  context: CommandContext,
): Promise<void> {
  const sdksOf = await readSdkFiles(flags.sdkFiles ?? []);
  loadKubernetesAhead();
  const reach = { ...flags, adaptiveRetry: refs === "all" || refs.length > 1 };
  await runPlanCommand(reach, context, (session, terminal) =>
    prepare(refs, { ...flags, sdksOf }, session, terminal, context.signal),
  );
}

async function prepare(
  refs: readonly ServiceAccountRef[] | "all",
  flags: MigratePodIdentityFlags & Pick<MigrationSources, "sdksOf">,
  session: Session,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Planned> {
  const { aws, cluster, clusterFlags } = session;
  const first = refs === "all" ? undefined : refs[0];
  const kubernetes = await session.kubernetes(first ?? DEFAULT_SERVICE_ACCOUNT);
  const observed = await during(
    terminal,
    "reading EKS, IAM and the cluster",
    observeMigration(refs, cluster, { aws, kubernetes, ...(flags.sdksOf && { sdksOf: flags.sdksOf }) }),
  );
  const reach = {
    goal: flags.back === true ? "irsa" : "pod-identity",
    restart: flags.restart === true,
    finish: flags.finish === true,
  } as const;
  const checked = await during(
    terminal,
    "checking what the plan relies on",
    checkRows(planMigration(observed, reach, clusterFlags), observed.subjects, reach.goal, {
      cluster,
      aws,
      kubernetes,
      signal,
      clusterFlags,
    }),
  );
  const { changes, notes, rows } = planOfRows(checked, observed, reach, clusterFlags);
  const shown = rows.map(fleetRow);
  return {
    changes,
    notes,
    kubernetes,
    ...(shown.length > 0 && {
      presenter: byRow(shown, { one: "ServiceAccount", many: "ServiceAccounts" }),
    }),
    async report(outcome) {
      const workloads = changes.flatMap((one) => (one.kind === "restart-workload" ? [one.workload] : []));
      if (outcome.state === "done" && workloads.length > 0)
        await watchRollouts(kubernetes, workloads, {
          patienceMs: PATIENCE_MS,
          terminal,
          signal,
          clusterFlags,
        });
      return migrationReport(rows, reach, { names: refs, clusterFlags }, outcome);
    },
  };
}

function fleetRow(row: MigrationRow): FleetRow {
  const path = serviceAccountPath(row.serviceAccount);
  if (row.state === "failed") return { path, changes: [], failure: row.failure };
  const { changes, role } = row;
  return { path, changes, ...(role !== undefined && { role: roleRef(role).name }) };
}
