import { afterWriting, Failure } from "../../model/failure.ts";
import type { Plan } from "../../model/plan.ts";
import { planAnswer } from "../../output/answer.ts";
import { chainsResult } from "../../output/chain-json.ts";
import { chainLines, chainTable, explainHint } from "../../output/chain-text.ts";
import { line } from "../../output/line.ts";
import type { ListWriter } from "../../output/list-formats.ts";
import { headerLines } from "../../output/plan-text.ts";
import { progressOn } from "../../output/progress.ts";
import type { TextBlock } from "../../output/text-block.ts";
import { talkingToStderr, type Terminal } from "../../output/terminal.ts";
import { repairsOf, type Repair } from "../../verification/repairs.ts";
import { requireIssuer } from "../../oidc-association/issuer.ts";
import { valueOf } from "../../model/known.ts";
import type { Sources } from "../../verification/sources.ts";
import type { Verified } from "../../verification/verify.ts";
import { listSubjects, verifyChains, type ListedSubjects } from "../../verification/verify-many.ts";
import { showAndApply, type Outcome } from "../shared/plan/show-and-apply.ts";
import { secondProfile } from "../shared/session/second-account.ts";
import type { CommandContext } from "../command-context.ts";
import { coversTargets } from "../shared/targets/options.ts";
import { planHint } from "../../output/plan-hint.ts";
import { planOutput } from "../shared/list-options.ts";
import { parseAsk, provingServiceAccount, type Ask, type VerifyFlags } from "./flags.ts";
import { exitCodeOf } from "./exit-code.ts";
import { prepareRepairs } from "./prepare-repairs.ts";
import { openView, type View } from "./session.ts";

/** How long STS may need to learn of a change, in milliseconds: of one that was made before, and of one just made. */
const PATIENCE_MS = { before: 5_000, after: 60_000 };

/** The run of `verify`: observe, evaluate, fix what irsa manages where that is asked for, answer. */
export async function runVerify(
  texts: readonly string[],
  flags: VerifyFlags,
  context: CommandContext,
): Promise<void> {
  if (flags.approve === true && flags.fix !== true)
    throw new Failure("input", "invalid-input", "--approve requires --fix");
  const ask = parseAsk(texts, flags);
  if (coversTargets(flags)) {
    const { verifyTargets } = await import("./targets.ts");
    return verifyTargets(ask, flags, context);
  }
  const view = await openView(flags, context, provingServiceAccount(ask), secondProfile(flags));
  try {
    const { output } = flags;
    const isText = output.format === "text";
    const terminal = isText ? context.terminal : talkingToStderr(context.terminal);
    const found = await judge(ask, view, PATIENCE_MS.before, context);
    if (isText) {
      if (flags.fix !== true) sayWhere(view, terminal);
      show(found, ask, terminal, flags.fix === true);
    }
    const repairRun = flags.fix === true ? await repair(found, view, flags, context, terminal) : undefined;
    const isRepaired = repairRun?.outcome.state === "done";
    const chains = isRepaired ? await judgeAgain(ask, view, context) : found;
    if (output.format === "json") answerInJson(chains, repairRun, context);
    else if (output.format === "list")
      context.terminal.print(listOf(chains, output.write, flags.headers, isRepaired));
    else if (isRepaired) show(chains, ask, terminal, false);
    context.exitWith(exitCodeOf(chains, flags));
  } finally {
    view.close();
  }
}

async function judge(
  ask: Ask,
  { sources }: View,
  patienceMs: number,
  { terminal, signal }: CommandContext,
): Promise<readonly Verified[]> {
  const progress = progressOn(terminal);
  progress.begin("reading IAM and the cluster");
  try {
    const { subjects, unlisted } =
      "subjects" in ask ? { ...ask, unlisted: undefined } : await subjectsOf(sources, ask);
    if (unlisted !== undefined) {
      progress.stop();
      const text = line`ServiceAccounts with a Pod Identity association alone are not listed: ${unlisted.message}`;
      terminal.say(line`  ${terminal.err.yellow("!")} ${text}`);
    }
    const onDone = (done: number): void => progress.update(`verifying (${done} of ${subjects.length})`);
    return await verifyChains(subjects, sources, { patienceMs, signal, onDone });
  } finally {
    progress.stop();
  }
}

/** What was fixed has changed, even if it can't be read any more. */
async function judgeAgain(ask: Ask, view: View, context: CommandContext): Promise<readonly Verified[]> {
  try {
    return await judge(ask, view, PATIENCE_MS.after, context);
  } catch (error) {
    throw afterWriting(error);
  }
}

/** Which ServiceAccounts there are can't be told of a cluster that was not reached; then that is the end. */
async function subjectsOf(
  sources: Sources,
  { namespace, selector }: Exclude<Ask, { subjects: unknown }>,
): Promise<ListedSubjects> {
  const { kubernetes, cluster } = sources;
  if (kubernetes.state === "unasked") {
    if (cluster.state === "unknown") throw cluster.failure;
    if (cluster.state === "known") requireIssuer(cluster.value, cluster.value);
  }
  return listSubjects(sources, namespace, selector);
}

interface RepairRun {
  readonly plan: Plan;
  readonly outcome: Outcome;
}

/** Plans and applies fixes for what is broken and managed by irsa. */
async function repair(
  chains: readonly Verified[],
  view: View,
  flags: VerifyFlags,
  context: CommandContext,
  terminal: Terminal,
): Promise<RepairRun | undefined> {
  const { session, sources } = view;
  const kubernetes = valueOf(sources.kubernetes);
  const repairs: readonly Repair[] = chains.flatMap(repairsOf);
  if (session === undefined || kubernetes === undefined || repairs.length === 0) {
    const broken = chains.some(({ report }) => report.verdict === "broken");
    terminal.print("");
    terminal.print(broken ? "  Nothing that irsa manages can be fixed here." : "  Nothing to fix.");
    return undefined;
  }
  const { aws, cluster, header, clusterFlags } = session;
  const plan = await prepareRepairs(repairs, { aws, kubernetes, cluster, clusterFlags });
  const planFlags = { ...flags, output: planOutput(flags.output) };
  const outcome = await showAndApply(
    { plan, header, flags: planFlags, targets: { iam: aws.iam, kubernetes } },
    terminal,
    context,
  );
  if (outcome.state === "planned")
    planHint(plan, planFlags, flags.cluster === undefined ? cluster : undefined).forEach(terminal.print);
  return { plan, outcome };
}

/** On whose word: who asks, and which cluster. A plan says it by itself. */
function sayWhere({ session }: View, { say, err }: Terminal): void {
  if (session === undefined) return;
  say("");
  headerLines(session.header, err).forEach(say);
}

function show(chains: readonly Verified[], ask: Ask, { print, out }: Terminal, fixing: boolean): void {
  const reports = chains.map(({ report }) => report);
  print("");
  if (reports.length === 0) print(nobody(ask));
  else if ("subjects" in ask)
    reports
      .flatMap((report) => chainLines(report, out, { withSubject: reports.length > 1, fixing }))
      .forEach(print);
  else chainTable(reports, out).forEach(print);
  explainHint(reports).forEach(print);
}

/** @throws Failure where a template does not fit, which says so if something was changed */
function listOf(
  chains: readonly Verified[],
  write: ListWriter,
  headers: boolean,
  isRepaired: boolean,
): TextBlock {
  try {
    return write(chainsResult(chains.map(({ report }) => report)), headers);
  } catch (error) {
    throw isRepaired ? afterWriting(error) : error;
  }
}

function nobody(ask: Ask): string {
  const selected = "selector" in ask && ask.selector !== undefined ? ` that matches '${ask.selector}'` : "";
  return `  No ServiceAccount${selected} has a role annotation or a Pod Identity association.`;
}

function answerInJson(
  chains: readonly Verified[],
  repairRun: RepairRun | undefined,
  { terminal, envelope }: CommandContext,
): void {
  const result = chainsResult(chains.map(({ report }) => report));
  const parts = repairRun && planAnswer({ plan: repairRun.plan, ...repairRun.outcome });
  terminal.print(envelope.answer({ ...parts, result }));
}
