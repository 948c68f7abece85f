import { applyChanges, type Step } from "../engine/apply.ts";
import type { Targets } from "../engine/perform.ts";
import { targetOf } from "../model/change.ts";
import { Failure } from "../model/failure.ts";
import { planDigest, SHORT_DIGEST, type Plan } from "../model/plan.ts";
import { stepLabel } from "../output/step-label.ts";
import { noteLines, planLines, surroundingsLines, type Surroundings } from "../output/plan-text.ts";
import { progressOn } from "../output/progress.ts";
import type { Terminal } from "../output/terminal.ts";
import type { PlanFlags } from "./options.ts";
import { confirm } from "./prompts.ts";

/** A plan with what it takes to show it, have it approved and apply it. */
export interface Work {
  readonly plan: Plan;
  readonly surroundings: Surroundings;
  readonly flags: PlanFlags;
  readonly targets: Targets;
}

/** A change that was done. */
export type DoneStep = Extract<Step, { state: "done" }>;

/** How it went: nothing was to be done, the plan was only shown, or all of it was done. */
export interface Outcome {
  readonly state: "nothing-to-do" | "planned" | "done";
  readonly steps: readonly DoneStep[];
}

/**
 * Shows the plan, has it approved (by flag, or on a terminal by question) and applies it.
 * @throws Failure `other-plan`, `declined`, or `incomplete` when a change failed: what is done and what is not
 */
export async function carryOut(work: Work, terminal: Terminal, signal: AbortSignal): Promise<Outcome> {
  const { plan, flags } = work;
  show(work, terminal);
  if (plan.changes.length === 0) return { state: "nothing-to-do", steps: [] };
  checkExpected(plan, flags.expectPlan);
  if (flags.approve !== true && !(await approvedByQuestion(flags, terminal)))
    return { state: "planned", steps: [] };
  return { state: "done", steps: await apply(work, terminal, signal) };
}

function show({ plan, surroundings, flags }: Work, terminal: Terminal): void {
  const { out, print } = terminal;
  print("");
  surroundingsLines(surroundings, out).forEach(print);
  print("");
  if (plan.changes.length > 0) planLines(plan, out, flags.showDocuments === true).forEach(print);
  noteLines(plan.notes, out).forEach(print);
}

function checkExpected(plan: Plan, expected: string | undefined): void {
  if (expected === undefined) return;
  const digest = planDigest(plan);
  if (expected.length >= SHORT_DIGEST && digest.startsWith(expected.toLowerCase())) return;
  throw new Failure("refused", "other-plan", `the plan is not '${expected}'`, {
    facts: [["it is", digest.slice(0, SHORT_DIGEST)]],
    advice: "What was reviewed is not what would be done now; review this plan and give its digest",
  });
}

async function approvedByQuestion(flags: PlanFlags, terminal: Terminal): Promise<boolean> {
  if (!terminal.interactive || flags.output !== "text" || flags.exitCode === true) return false;
  terminal.say("");
  if (await confirm("Do it?")) return true;
  throw new Failure("refused", "declined", "not approved");
}

async function apply({ plan, targets }: Work, terminal: Terminal, signal: AbortSignal): Promise<DoneStep[]> {
  const progress = progressOn(terminal);
  const ended: Step[] = [];
  terminal.say("");
  try {
    for await (const step of applyChanges(plan.changes, targets, { signal })) {
      const label = stepLabel(step.change);
      if (step.state === "started") progress.begin(label.doing);
      else ended.push(step);
      if (step.state === "done") progress.succeed(label.done, step.milliseconds);
      if (step.state === "failed") progress.fail(`${label.doing}: ${step.failure.message}`);
    }
  } finally {
    progress.stop();
  }
  const failure = incomplete(ended, signal);
  if (failure !== undefined) throw failure;
  return ended.filter((step) => step.state === "done");
}

/** What to say when not all was done; the same command again goes on from there. */
function incomplete(ended: readonly Step[], signal: AbortSignal): Failure | undefined {
  const undone = ended.filter((step) => step.state !== "done");
  if (undone.length === 0) return undefined;
  const done = ended.filter((step) => step.state === "done");
  const failed = undone.find((step) => step.state === "failed");
  const facts = [
    ...listed("done", done, (label) => label.done),
    ...listed("not done", undone, (label) => label.doing),
    ...(failed?.failure.detail.facts ?? []),
  ];
  const written = done.length > 0 || undone.some(mayHaveWritten);
  const advice = `${failed?.failure.detail.advice ?? ""}\nThe same command again finishes it`.trim();
  if (failed === undefined || signal.aborted) {
    return new Failure("interrupted", "interrupted", "interrupted before all was done", {
      facts,
      written,
      advice,
    });
  }
  const { kind, code, message } = failed.failure;
  return new Failure(kind, code, message, { facts, written, advice, cause: failed.failure });
}

/** A change of several calls can fail after the first, and a call without a clear answer can have had its effect. */
function mayHaveWritten(step: Step): boolean {
  return step.state === "failed" && (step.failure.detail.written === true || step.failure.kind === "failed");
}

function listed(
  label: string,
  steps: readonly Step[],
  textOf: (label: ReturnType<typeof stepLabel>) => string,
): (readonly [string, string])[] {
  const lines = steps.map(({ change }) => `${textOf(stepLabel(change))}: ${nameOf(change)}`);
  return lines.length === 0 ? [] : [[label, lines.join("\n")]];
}

function nameOf(change: Step["change"]): string {
  const target = targetOf(change);
  return target.slice(target.indexOf(":") + 1);
}
