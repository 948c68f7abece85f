import type { Step } from "../../../engine/apply.ts";
import { layerOf, progressOf } from "../../../model/change-facts.ts";
import type { Change } from "../../../model/change.ts";
import { Failure } from "../../../model/failure.ts";
import { fleetLines, type FleetRow, type Noun } from "../../../output/fleet-text.ts";
import { planLines, totalsLine } from "../../../output/plan-text.ts";
import { progressOn } from "../../../output/progress.ts";
import type { Terminal } from "../../../output/terminal.ts";
import { howToContinue, mayHaveWritten } from "./by-target.ts";
import type { ProgressReporter, PlanPresenter } from "./presenter.ts";

/** How many objects a failure lists one by one. */
const NAMED = 20;

/** Many objects, as ServiceAccounts or roles: a line for each that differs, one for each that is applied, and a summary of failures. */
export function byRow(rows: readonly FleetRow[], noun: Noun): PlanPresenter {
  const shown = rows.map((row) => ({ ...row, changes: row.changes.filter((one) => !isProviderChange(one)) }));
  return {
    lines: (plan, color, withDocuments) => {
      const provider = { path: "Provider", changes: plan.changes.filter(isProviderChange) };
      const report = withDocuments ? planLines(plan, color, true) : [totalsLine(plan, color)];
      return [
        ...fleetLines([provider], shown, noun, color),
        ...(plan.changes.length > 0 ? ["", ...report] : []),
      ];
    },
    follow: (terminal) => follow(shown, noun, terminal),
    incomplete: (reported, signal) => incomplete(shown, noun, reported, signal),
  };
}

/** The provider is shared by all rows and has its own. */
function isProviderChange(change: Change): boolean {
  return layerOf(change) === "provider";
}

/** A spinner that counts on a terminal; a line for every object that is done, and for every change that failed. */
function follow(rows: readonly FleetRow[], { many }: Noun, terminal: Terminal): ProgressReporter {
  const progress = progressOn(terminal);
  const owners = ownersOf(rows);
  const left = new Map(rows.map((row) => [row, row.changes.filter((change) => owners.has(change)).length]));
  let done = 0;
  const total = rows.filter(({ changes }) => changes.length > 0).length;
  return {
    step(step) {
      const row = owners.get(step.change);
      if (step.state === "started") return progress.begin(`applying: ${done} of ${total} ${many} done`);
      if (step.state === "failed") {
        const what = `${progressOf(step.change).doing}: ${step.failure.message}`;
        return progress.fail(row === undefined ? what : `${row.path}: ${what}`);
      }
      if (step.state !== "done") return undefined;
      if (row === undefined) return progress.succeed(progressOf(step.change).done, step.milliseconds);
      left.set(row, (left.get(row) ?? 1) - 1);
      if (left.get(row) !== 0) return undefined;
      done += 1;
      return progress.succeed(row.path);
    },
    stop: () => progress.stop(),
  };
}

/** The row that a change belongs to; a provider or a namespace may belong to several, and then to none. */
function ownersOf(rows: readonly FleetRow[]): ReadonlyMap<Change, FleetRow> {
  const own = (change: Change): boolean => change.kind !== "create-namespace";
  return new Map(rows.flatMap((row) => row.changes.filter(own).map((change) => [change, row] as const)));
}

/** The objects that are not done, each with its failure, and how to continue. */
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
    ...shared.map(({ change, failure }) => [progressOf(change).doing, failure.message] as const),
    ...named,
    ...more,
  ];
  const [first] = failures;
  const interrupted = first === undefined || signal.aborted;
  const message = `${open.size} of ${total} ${many} not completed`;
  const detail = {
    facts,
    ...howToContinue(
      failures.map(({ failure }) => failure),
      "complete the rest",
    ),
    written: reported.length > undone.length || undone.some(mayHaveWritten),
  };
  return interrupted
    ? new Failure("interrupted", "interrupted", `interrupted: ${message}`, detail)
    : new Failure(first.failure.kind, "incomplete", message, { ...detail, cause: first.failure });
}

/** AWS's message, or the SDK's, which ours repeats already, and request ids are only shown where a single object is changed. */
const AWS_FACTS = new Set(["AWS says", "cause", "request"]);

function reasonLines(failure: Failure | undefined): readonly string[] {
  if (failure === undefined) return ["not completed"];
  const facts = (failure.detail.facts ?? []).filter(([label]) => !AWS_FACTS.has(label));
  return [
    failure.message,
    ...facts.flatMap(([label, value]) => [value].flat().map((text) => `${label}: ${text}`)),
  ];
}
