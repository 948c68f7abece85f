import type { Outcome } from "./carry-out.ts";
import type { PlanFlags } from "../session/options.ts";

/** How a plan that was only shown ends. */
export function planHint(): string[] {
  return ["  Nothing has been changed. To do it: add --approve   (--show-documents for the JSON)"];
}

/** The exit code of a run that ended well: 3 where `--exit-code` asks whether there is something to do. */
export function exitCodeOf({ state }: Outcome, { exitCode }: PlanFlags): number {
  return exitCode === true && state === "planned" ? 3 : 0;
}
