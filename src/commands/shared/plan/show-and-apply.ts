import { applyChanges, type Step } from "../../../engine/apply.ts";
import type { Targets } from "../../../engine/perform.ts";
import { Failure } from "../../../model/failure.ts";
import { planDigest, SHORT_DIGEST, type Plan } from "../../../model/plan.ts";
import { documentLines } from "../../../output/documents.ts";
import { noteLines, headerLines, type PlanHeader } from "../../../output/plan-text.ts";
import type { Terminal } from "../../../output/terminal.ts";
import { BY_THING, nameOf } from "./by-target.ts";
import type { PlanPresenter } from "./presenter.ts";
import type { CommandContext } from "../../command-context.ts";
import type { PlanFlags } from "../session/options.ts";
import { confirm } from "./prompts.ts";

/** A plan with everything needed to show, approve and apply it. */
export interface Work {
  readonly plan: Plan;
  readonly header: PlanHeader;
  readonly flags: PlanFlags;
  readonly targets: Targets;
  /** Object by object unless given. */
  readonly presenter?: PlanPresenter;
}

type Interruptible = Pick<CommandContext, "signal" | "takeInterrupts" | "clock">;

/** A change that was applied. */
export type DoneStep = Extract<Step, { state: "done" }>;

/** How it went: there was nothing to do, the plan was only shown, or all of it was applied. */
export interface Outcome {
  readonly state: "nothing-to-do" | "planned" | "done";
  readonly steps: readonly DoneStep[];
}

/**
 * Shows the plan, asks for approval (by flag, or by a prompt on a terminal) and applies it.
 * @throws Failure `other-plan`, `declined`, or `incomplete` when a change failed: it lists what was applied and what was not
 */
export async function showAndApply(work: Work, terminal: Terminal, context: Interruptible): Promise<Outcome> {
  const { plan, flags } = work;
  show(work, terminal);
  if (plan.changes.length === 0) return { state: "nothing-to-do", steps: [] };
  requireDigest(planDigest(plan), flags.expectPlan);
  if (!(await isApproved(flags, terminal, "Apply this plan?"))) return { state: "planned", steps: [] };
  return { state: "done", steps: await applyPlan(work, terminal, context) };
}

function show({ plan, header, flags, presenter = BY_THING }: Work, terminal: Terminal): void {
  const { out, print } = terminal;
  print("");
  headerLines(header, out).forEach(print);
  print("");
  presenter.lines(plan, out, flags.showDocuments === true).forEach(print);
  noteLines(plan.notes, out).forEach(print);
}

/** @throws Failure `other-plan` for a plan that is not the one that was reviewed */
export function requireDigest(digest: string, expected: string | undefined): void {
  if (expected === undefined || digest.startsWith(expected.toLowerCase())) return;
  throw new Failure("refused", "other-plan", `the plan has changed: its digest is not '${expected}'`, {
    facts: [["digest", digest.slice(0, SHORT_DIGEST)]],
    advice: "Review this plan, then pass its digest to --expect-plan",
  });
}

/** The flags that decide whether a plan is applied. */
export type ApprovalFlags = Omit<PlanFlags, "output"> & { readonly output: string };

/** True where a plan is approved by flag, or someone is there to be asked. */
export function mayBeApproved(
  { approve, output, exitCode, showOnly, dryRun }: ApprovalFlags,
  { interactive }: Terminal,
): boolean {
  if (approve === true) return true;
  return interactive && output === "text" && exitCode !== true && showOnly !== true && dryRun !== true;
}

/**
 * True for a plan that is approved, by flag or on a terminal.
 * @param question what is asked there
 * @throws Failure `declined`
 */
export async function isApproved(
  flags: ApprovalFlags,
  terminal: Terminal,
  question: string,
): Promise<boolean> {
  if (flags.approve === true) return true;
  if (!mayBeApproved(flags, terminal)) return false;
  terminal.say("");
  if (await confirm(question)) return true;
  throw new Failure("refused", "declined", "the plan was not approved");
}

/**
 * Applies a plan that is approved, with its progress.
 * @throws Failure that lists what was applied and what was not
 */
export async function applyPlan(
  {
    plan,
    targets,
    flags,
    presenter = BY_THING,
  }: Omit<Work, "header" | "flags"> & {
    readonly flags: Pick<PlanFlags, "showDocuments">;
  },
  terminal: Terminal,
  context: Interruptible,
): Promise<DoneStep[]> {
  const { signal, clock } = context;
  const { out, print } = terminal;
  await context.takeInterrupts();
  const follower = presenter.follow(terminal);
  const reported: Step[] = [];
  terminal.say("");
  try {
    for await (const step of applyChanges(
      plan.changes,
      { ...targets, ...(clock !== undefined && { clock }) },
      { signal },
    )) {
      if (step.state !== "started") reported.push(step);
      follower.step(step);
    }
  } finally {
    follower.stop();
  }
  const done = reported.filter((step) => step.state === "done");
  noteLines(
    done.flatMap(({ notes }) => notes),
    out,
  ).forEach(print);
  if (flags.showDocuments === true) done.flatMap(replacedLines).forEach(print);
  const failure = presenter.incomplete(reported, signal);
  if (failure !== undefined) throw failure;
  return done;
}

/** What a write replaced, where someone else had written it in the meantime. */
function replacedLines({ replaced, notes, change }: DoneStep): string[] {
  if (replaced === undefined || notes.length === 0) return [];
  return ["", `  replaced in ${nameOf(change)}:`, ...documentLines(replaced).map((line) => `    ${line}`)];
}
