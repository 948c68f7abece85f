import type { Plan } from "../model/plan.ts";
import { hidesDocuments } from "./change-text.ts";
import { shellCommand } from "./shell.ts";

/**
 * The last line of a plan that was only shown; where it has hidden documents, with the flag that shows them.
 * @param unnamed the cluster, if no flag named it: with `--approve` it must be named
 */
export function planHint(
  { changes }: Pick<Plan, "changes">,
  { showDocuments }: { readonly showDocuments?: boolean },
  unnamed?: { readonly arn: string },
): string[] {
  const hasMore = showDocuments !== true && changes.some(hidesDocuments);
  const more = hasMore ? "     (--show-documents prints the JSON)" : "";
  const flags = shellCommand([...(unnamed === undefined ? [] : ["--cluster", unnamed.arn]), "--approve"]);
  return [`  No changes made. Re-run with ${flags} to apply.${more}`];
}
