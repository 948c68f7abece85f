import type { Step } from "../../../engine/apply.ts";
import { progressOf, targetOf } from "../../../model/change-facts.ts";
import type { Progress } from "../../../model/change-kind-row.ts";
import { adviceLines, Failure, type Fact, type FailureDetail } from "../../../model/failure.ts";
import { planLines } from "../../../output/plan-text.ts";
import { progressOn } from "../../../output/progress.ts";
import type { Terminal } from "../../../output/terminal.ts";
import type { ProgressReporter, PlanPresenter } from "./presenter.ts";

/** A plan shown object by object, and a line for every change that is applied. */
export const BY_THING: PlanPresenter = {
  lines: (plan, color, withDocuments) =>
    plan.changes.length === 0 ? [] : planLines(plan, color, withDocuments),
  follow,
  incomplete,
};

function follow(terminal: Terminal): ProgressReporter {
  const progress = progressOn(terminal);
  return {
    step(step) {
      const label = progressOf(step.change);
      if (step.state === "started") progress.begin(label.doing);
      if (step.state === "done") progress.succeed(label.done, step.milliseconds);
      if (step.state === "failed") progress.fail(`${label.doing}: ${step.failure.message}`);
    },
    stop: () => progress.stop(),
  };
}

/** The failure when not everything was applied; running the same command again continues from there. */
function incomplete(reported: readonly Step[], signal: AbortSignal): Failure | undefined {
  const undone = reported.filter((step) => step.state !== "done");
  if (undone.length === 0) return undefined;
  const done = reported.filter((step) => step.state === "done");
  const failed = undone.find((step) => step.state === "failed");
  const facts = [
    ...listed("completed", done, (label) => label.done),
    ...listed("not completed", undone, (label) => label.doing),
    ...(failed?.failure.detail.facts ?? []),
  ];
  const written = done.length > 0 || undone.some(mayHaveWritten);
  const next = howToContinue(failed === undefined ? [] : [failed.failure], "complete it");
  if (failed === undefined || signal.aborted) {
    return new Failure("interrupted", "interrupted", "interrupted before all changes were applied", {
      facts,
      written,
      ...next,
    });
  }
  const { kind, code, message } = failed.failure;
  return new Failure(kind, code, message, { facts, written, ...next, cause: failed.failure });
}

/**
 * What to do about the failures, and that the same command continues from there. The command that fixes one of them comes
 * last, with what leads to it.
 * @param what as `complete it`
 */
export function howToContinue(
  failures: readonly Failure[],
  what: string,
): Pick<FailureDetail, "advice" | "command"> {
  const all = [...new Set(failures.flatMap(adviceLines))];
  const fixed = failures.find(({ detail }) => detail.command !== undefined);
  const command = fixed?.detail.command;
  if (fixed === undefined || command === undefined)
    return { advice: [...all, `Run the same command again to ${what}`] };
  const own = adviceLines(fixed);
  const others = all.filter((one) => !own.includes(one));
  const again = `When that is fixed, run the same command again to ${what}`;
  return { advice: [...others, again, ...(own.length === 0 ? ["To fix it:"] : own)], command };
}

/** A change of several calls can fail after the first, and a call without a clear answer can have had its effect. */
export function mayHaveWritten(step: Step): boolean {
  return step.state === "failed" && (step.failure.detail.written === true || step.failure.kind === "failed");
}

function listed(label: string, steps: readonly Step[], textOf: (label: Progress) => string): Fact[] {
  const lines = steps.map(({ change }) => `${textOf(progressOf(change))}: ${nameOf(change)}`);
  return lines.length === 0 ? [] : [[label, lines]];
}

/** The target of a change, without its kind. */
export function nameOf(change: Step["change"]): string {
  const target = targetOf(change);
  return target.slice(target.indexOf(":") + 1);
}
