import type { Outcome } from "./show-and-apply.ts";
import type { PlanFlags } from "../session/options.ts";

/** The exit code of a run that ended well: 3 where `--exit-code` asks whether there is something to do. */
export function exitCodeOf({ state }: Outcome, { exitCode }: Pick<PlanFlags, "exitCode">): number {
  return exitCode === true && state === "planned" ? 3 : 0;
}
