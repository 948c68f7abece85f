import type { ClusterWithIssuer } from "../model/cluster.ts";
import { adviceLines, Failure, type Fact } from "../model/failure.ts";
import type { Note } from "../model/plan.ts";
import { serviceAccountPath } from "../model/service-account-ref.ts";
import type { ObservedFleet } from "../service-account/fleet/observe.ts";
import { planServiceAccounts } from "../service-account/fleet/plan.ts";
import { modelOfChanges } from "./from-changes.ts";
import type { ExportModel } from "./model.ts";

/** A model, and what the operator should know of it. */
export interface Exported {
  readonly model: ExportModel;
  readonly notes: readonly Note[];
}

/**
 * The model of what a file asks for: the plan for a cluster in which none of it exists.
 * @throws Failure `export-incomplete` if a ServiceAccount can't be planned: an engine would delete what a text leaves out
 */
export function exportOfFile(
  observed: ObservedFleet,
  cluster: ClusterWithIssuer,
  associate: boolean,
): Exported {
  const { rows, changes, notes } = planServiceAccounts(observed, { associate, keep: () => true, pruned: [] });
  const failed = rows.filter((row) => row.state === "failed");
  const [only, ...more] = failed;
  if (only !== undefined && more.length === 0) throw only.failure;
  if (failed.length > 0) throw incomplete(failed);
  return { model: modelOfChanges(changes, cluster), notes };
}

function incomplete(
  failed: readonly {
    readonly serviceAccount: Parameters<typeof serviceAccountPath>[0];
    readonly failure: Failure;
  }[],
): Failure {
  const facts = failed.map(({ serviceAccount, failure }): Fact => [
    serviceAccountPath(serviceAccount),
    [failure.message, ...adviceLines(failure)],
  ]);
  const kinds = new Set(failed.map(({ failure }) => failure.kind));
  const kind = kinds.size === 1 ? (failed[0]?.failure.kind ?? "refused") : "refused";
  return new Failure(kind, "export-incomplete", `${failed.length} ServiceAccounts can't be exported`, {
    facts,
    advice:
      "Nothing is exported: an engine would delete what its text leaves out. To leave them out on purpose: --exclude",
  });
}
