import type { Outcome } from "./show-and-apply.ts";
import type { Plan } from "../../../model/plan.ts";
import { hidesDocuments } from "../../../output/change-text.ts";
import { shellCommand } from "../../../model/shell.ts";
import type { PlanFlags } from "../session/options.ts";

/**
 * The last line of a plan that was only shown; where it has hidden documents, with the flag that shows them.
 * @param unnamed the cluster, if no flag named it: with `--approve` it must be named
 */
export function planHint(
  { changes }: Pick<Plan, "changes">,
  { showDocuments }: PlanFlags,
  unnamed?: { readonly arn: string },
): string[] {
  const hasMore = showDocuments !== true && changes.some(hidesDocuments);
  const more = hasMore ? "     (--show-documents prints the JSON)" : "";
  const flags = shellCommand([...(unnamed === undefined ? [] : ["--cluster", unnamed.arn]), "--approve"]);
  return [`  No changes made. Re-run with ${flags} to apply.${more}`];
}

/** The exit code of a run that ended well: 3 where `--exit-code` asks whether there is something to do. */
export function exitCodeOf({ state }: Outcome, { exitCode }: PlanFlags): number {
  return exitCode === true && state === "planned" ? 3 : 0;
}
