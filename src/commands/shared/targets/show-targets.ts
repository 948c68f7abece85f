import type { OrganizationAccount } from "../../../aws/organizations-port.ts";
import { clusterRef, parseClusterArn } from "../../../model/arn.ts";
import { counted } from "../../../model/counted.ts";
import type { Spool } from "../../../files/spool.ts";
import type { Target } from "../../../model/target.ts";
import {
  countTarget,
  noTargets,
  type JsonObject,
  type MissingPart,
  type TargetRecord,
  type TargetTotals,
} from "../../../model/target-record.ts";
import { line, type Piece, type Styles } from "../../../output/line.ts";
import { progressOn } from "../../../output/progress.ts";
import { streamedAnswer } from "../../../output/streamed-answer.ts";
import {
  ageText,
  missingLines,
  nameOf,
  resumedLines,
  shownLines,
  targetLine,
} from "../../../output/targets-text.ts";
import { caughtUp, printParts } from "../../../output/terminal.ts";
import type { TextBlock } from "../../../output/text-block.ts";
import type { CommandContext } from "../../command-context.ts";
import type { OpenTarget, TargetWorld } from "./open-target.ts";
import { recordsIn, runTargets, type TargetAnswer, type TargetsWork } from "./run-targets.ts";
import { worstCode } from "./worst-code.ts";

/** What a command does with each target, and how it shows what came of it. */
export interface TargetsCommand extends Pick<TargetsWork, "concerns" | "requireStart" | "withoutClusters"> {
  readonly work: (open: OpenTarget) => Promise<TargetAnswer>;
  /** How much was found in a target, in a few words. */
  readonly found: (result: JsonObject) => string;
  /** What was found, below the target's line. */
  readonly lines: (result: JsonObject, severalClusters: boolean, color: Styles) => readonly Piece[];
  /** Which numbers of the results' summaries are added up. */
  readonly sums: readonly string[];
  /** The end of the answer. */
  readonly end: (totals: TargetTotals) => readonly Piece[];
  /**
   * What is known of all targets together, once each was read: more fields of the result, and an exit code.
   * @throws Failure where they can't be answered together
   */
  readonly together?: (totals: TargetTotals) => { readonly result: object; readonly code: number };
  /** Formats beside text and JSON. */
  readonly writers?: Readonly<Partial<Record<string, TargetsWriter>>>;
  /** Told of each target as it is done. */
  readonly onRecord?: (record: TargetRecord) => void;
  /** What the answer depends on beside the values of flags: arguments, and what is in the files that are named. */
  readonly contents: Readonly<Record<string, unknown>>;
}

/** All targets of a run, when each was read or is known to be missing. */
export interface TargetsRead {
  readonly totals: TargetTotals;
  readonly missing: readonly MissingPart[];
  /** What is known of all of them together. */
  readonly together: object;
  /** From the first one on, each time. */
  readonly records: () => AsyncIterable<TargetRecord>;
}

/** Writes a format that is one document, part by part. */
export type TargetsWriter = (read: TargetsRead) => AsyncIterable<TextBlock>;

/** A run that is to be shown. */
export interface TargetsRun {
  readonly context: CommandContext;
  readonly command: TargetsCommand;
  readonly world: TargetWorld;
  readonly spool: Spool;
  readonly concurrency: number;
  /** AWS accounts of the organization that are no targets. */
  readonly leftOut: readonly OrganizationAccount[];
  /** How many targets an earlier run has done, which are in the spool. */
  readonly kept: number;
  /** When the run began, as ISO 8601. */
  readonly began: string;
}

/** Of an AWS account. Source: Account Management API Reference, PutAccountName. */
const LONGEST_NAME = 50;

/** A line for each target, and what was found in it, in the order of the targets; then the sum, which is also given. */
export async function showAsText(targets: readonly Target[], run: TargetsRun): Promise<TargetTotals> {
  const { context, command, began } = run;
  const { print, out } = context.terminal;
  const progress = progressOn(context.terminal);
  // One that is longer than AWS's own may be does not lengthen every line.
  const width = targets.reduce((most, { name }) => Math.max(most, Math.min(name.length, LONGEST_NAME)), 0);
  let done = run.kept;
  const doing = (): string => `${done} of ${targets.length} targets read`;
  const onDone = (record: TargetRecord): void => {
    done += 1;
    command.onRecord?.(record);
    progress.update(doing());
  };
  let totals = noTargets(command.sums);
  print("");
  progress.begin(doing());
  try {
    for await (const record of runTargets(targets, { ...run, ...command, onDone })) {
      totals = countTarget(totals, record, began);
      progress.stop();
      linesOf(record, run, width, out).forEach(print);
      await caughtUp(context.terminal);
      progress.begin(doing());
    }
  } finally {
    progress.stop();
  }
  const code = command.together?.(totals).code ?? 0;
  ["", ...command.end(totals), ...resumedLines(totals)].forEach(print);
  context.exitWith(worstCode([...totals.codes, code]));
  return totals;
}

function linesOf(
  record: TargetRecord,
  { command, began }: TargetsRun,
  width: number,
  color: Styles,
): Piece[] {
  const { result, clusters, readAt } = record;
  const age = readAt < began ? ageText(readAt) : "";
  return [
    targetLine(record, result === null ? "" : foundIn(record, result, command), width, color, age),
    ...(result === null ? [] : command.lines(result, clusters.length > 1, color)),
    ...shownLines(record, color),
    ...missingLines(record, color),
  ];
}

function foundIn(
  { clusters }: TargetRecord,
  result: JsonObject,
  { found, withoutClusters = false }: TargetsCommand,
): string {
  return withoutClusters ? found(result) : `${counted(clusters.length, "cluster")} · ${found(result)}`;
}

/** As JSON. */
export async function showAsJson(targets: readonly Target[], run: TargetsRun): Promise<TargetTotals> {
  const { context, leftOut } = run;
  return showAsDocument(targets, run, ({ totals, missing, together, records }) => {
    const { codes: _, found, resumed, ...counts } = totals;
    const beside = leftOut.length > 0 && { leftOut };
    const result = { summary: { ...counts, ...found }, resumed, ...together, missing, ...beside };
    return streamedAnswer(context.envelope, result, "targets", documentsOf(records()));
  });
}

/** In another format, beside which the sum is said. */
export async function showAs(
  write: TargetsWriter,
  targets: readonly Target[],
  run: TargetsRun,
): Promise<TargetTotals> {
  const totals = await showAsDocument(targets, run, write);
  [...run.command.end(totals), ...resumedLines(totals)].forEach(run.context.terminal.say);
  return totals;
}

/** One document, written when every target is there: until then a failure of the whole run can be the answer. */
async function showAsDocument(
  targets: readonly Target[],
  run: TargetsRun,
  write: TargetsWriter,
): Promise<TargetTotals> {
  const { context, command, spool, began } = run;
  const { terminal, envelope } = context;
  const progress = progressOn(terminal);
  let done = run.kept;
  const onDone = (record: TargetRecord, milliseconds: number): void => {
    done += 1;
    command.onRecord?.(record);
    const { result } = record;
    const name = nameOf(record);
    const remark = `${done} of ${targets.length}`;
    if (result === null)
      progress.fail(line`${name}: ${record.missing[0]?.error.message ?? ""}   (${remark})`);
    else progress.succeed(`${name}: ${foundIn(record, result, command)}`, milliseconds, remark);
    if (done < targets.length) progress.begin(`reading targets`);
  };
  let totals = noTargets(command.sums);
  const missing: MissingPart[] = [];
  const clusters: string[] = [];
  progress.begin("reading targets");
  try {
    for await (const record of runTargets(targets, { ...run, ...command, onDone })) {
      totals = countTarget(totals, record, began);
      missing.push(...record.missing);
      clusters.push(...record.clusters.map(({ arn }) => arn));
    }
  } finally {
    progress.stop();
  }
  envelope.identify({
    clusters: clusters.map(parseClusterArn).flatMap((arn) => (arn.ok ? [clusterRef(arn.value)] : [])),
  });
  const records = (): AsyncIterable<TargetRecord> => recordsIn(spool, targets.keys());
  const { result: together, code } = command.together?.(totals) ?? { result: {}, code: 0 };
  envelope.begin();
  await printParts(terminal, write({ totals, missing, together, records }));
  context.exitWith(worstCode([...totals.codes, code]));
  return totals;
}

/** Those that are there, at least in part. */
async function* documentsOf(records: AsyncIterable<TargetRecord>): AsyncGenerator<object> {
  for await (const { name, awsAccount, readAt, caller, clusters, result } of records) {
    const target = { name, awsAccount, readAt, caller };
    // What a journal has as the result of one target can't pass for another's.
    if (result !== null) yield { ...target, clusters, ...result, ...target };
  }
}
