import type { Step } from "../../../engine/apply.ts";
import type { Change } from "../../../model/change.ts";
import { adviceLines, Failure } from "../../../model/failure.ts";
import { countTargets, planDigest, SHORT_DIGEST } from "../../../model/plan.ts";
import { fleetLines, type FleetRow, type Noun } from "../../../output/fleet-text.ts";
import { planLines } from "../../../output/plan-text.ts";
import { progressOn } from "../../../output/progress.ts";
import { stepLabel } from "../../../output/step-label.ts";
import { line } from "../../../output/line.ts";
import type { Terminal } from "../../../output/terminal.ts";
import { mayHaveWritten } from "./by-target.ts";
import type { ProgressReporter, PlanPresenter } from "./presenter.ts";

/** How many things are named one by one when a run ends badly. */
const NAMED = 20;

/** Many things, as ServiceAccounts or roles: a line for each that differs, one for each that is done, and at a failure a summary. */
export function byRow(rows: readonly FleetRow[], noun: Noun): PlanPresenter {
  const shown = rows.map((row) => ({ ...row, changes: row.changes.filter((one) => !isProviderChange(one)) }));
  return {
    lines: (plan, color, withDocuments) => {
      const provider = { path: "identity provider", changes: plan.changes.filter(isProviderChange) };
      const { create, change, remove } = countTargets(plan.changes);
      const digest = color.bold(planDigest(plan).slice(0, SHORT_DIGEST));
      const totals = line`  ${create} to create, ${change} to change, ${remove} to remove     plan ${digest}`;
      const report = withDocuments ? planLines(plan, color, true) : [totals];
      return [
        ...fleetLines([provider], shown, noun, color),
        ...(plan.changes.length > 0 ? ["", ...report] : []),
      ];
    },
    follow: (terminal) => follow(shown, noun, terminal),
    incomplete: (reported, signal) => incomplete(shown, noun, reported, signal),
  };
}

/** The provider is all rows', and has a row of its own. */
function isProviderChange({ kind }: Change): boolean {
  return kind === "create-provider" || kind === "edit-provider";
}

/** A spinner that counts on a terminal; a line for every thing that is done, and for every change that failed. */
function follow(rows: readonly FleetRow[], { many }: Noun, terminal: Terminal): ProgressReporter {
  const progress = progressOn(terminal);
  const owners = ownersOf(rows);
  const left = new Map(rows.map((row) => [row, row.changes.filter((change) => owners.has(change)).length]));
  let done = 0;
  const total = rows.filter(({ changes }) => changes.length > 0).length;
  return {
    step(step) {
      const row = owners.get(step.change);
      if (step.state === "started") return progress.begin(`${done} of ${total} ${many} are done`);
      if (step.state === "failed") {
        const what = `${stepLabel(step.change).doing}: ${step.failure.message}`;
        return progress.fail(row === undefined ? what : `${row.path}: ${what}`);
      }
      if (step.state !== "done") return undefined;
      if (row === undefined) return progress.succeed(stepLabel(step.change).done, step.milliseconds);
      left.set(row, (left.get(row) ?? 1) - 1);
      if (left.get(row) !== 0) return undefined;
      done += 1;
      return progress.succeed(row.path);
    },
    stop: () => progress.stop(),
  };
}

/** Whose a change is, where it is one row's alone: a provider and a namespace may be several's. */
function ownersOf(rows: readonly FleetRow[]): ReadonlyMap<Change, FleetRow> {
  const own = (change: Change): boolean => change.kind !== "create-namespace";
  return new Map(rows.flatMap((row) => row.changes.filter(own).map((change) => [change, row] as const)));
}

/** The things that are not done, each with its failure, and how to go on. */
function incomplete(
  rows: readonly FleetRow[],
  { many }: Noun,
  reported: readonly Step[],
  signal: AbortSignal,
): Failure | undefined {
  const undone = reported.filter((step) => step.state !== "done");
  if (undone.length === 0) return undefined;
  const owners = ownersOf(rows);
  const open = new Set(undone.flatMap(({ change }) => owners.get(change) ?? []));
  const failures = undone.filter((step) => step.state === "failed");
  const failureOf = (row: FleetRow): Failure | undefined =>
    failures.find(({ change }) => owners.get(change) === row)?.failure;
  const failedFirst = [...open].toSorted((one, other) => Number(!failureOf(one)) - Number(!failureOf(other)));
  const named = failedFirst.slice(0, NAMED).map((row) => [row.path, reasonLines(failureOf(row))] as const);
  const more = open.size > NAMED ? [["…", `and ${open.size - NAMED} more`] as const] : [];
  const total = rows.filter(({ changes }) => changes.length > 0).length;
  const shared = failures.filter(({ change }) => !owners.has(change));
  const facts = [
    ...shared.map(({ change, failure }) => [stepLabel(change).doing, failure.message] as const),
    ...named,
    ...more,
  ];
  const [first] = failures;
  const interrupted = first === undefined || signal.aborted;
  const message = `${open.size} of ${total} ${many} are not done`;
  const advice = [
    ...new Set(failures.flatMap(({ failure }) => adviceLines(failure))),
    "The same command again does what is left",
  ];
  const detail = { facts, advice, written: reported.length > undone.length || undone.some(mayHaveWritten) };
  return interrupted
    ? new Failure("interrupted", "interrupted", `interrupted: ${message}`, detail)
    : new Failure(first.failure.kind, "incomplete", message, { ...detail, cause: first.failure });
}

/** AWS's own words, which the message gives already, and its request ids are told where one thing alone is changed. */
const AWS_FACTS = new Set(["AWS says", "request"]);

function reasonLines(failure: Failure | undefined): readonly string[] {
  if (failure === undefined) return ["not completed"];
  const facts = (failure.detail.facts ?? []).filter(([label]) => !AWS_FACTS.has(label));
  return [
    failure.message,
    ...facts.flatMap(([label, value]) => [value].flat().map((text) => `${label}: ${text}`)),
  ];
}
