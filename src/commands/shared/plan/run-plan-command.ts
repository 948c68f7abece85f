import type { KubernetesPort } from "../../../kubernetes/port.ts";
import type { Change } from "../../../model/change.ts";
import { afterWriting } from "../../../model/failure.ts";
import type { Note } from "../../../model/plan.ts";
import { planAnswer } from "../../../output/answer.ts";
import type { Piece } from "../../../output/line.ts";
import { planHint } from "../../../output/plan-hint.ts";
import type { TextBlock } from "../../../output/text-block.ts";
import { talkingToStderr, type Terminal } from "../../../output/terminal.ts";
import { showAndApply, type Outcome } from "./show-and-apply.ts";
import { clarified } from "../session/clarify.ts";
import type { CommandContext } from "../../command-context.ts";
import type { PlanPresenter } from "./presenter.ts";
import type { PlanFlags, ClusterFlags } from "../session/options.ts";
import { exitCodeOf } from "./exit-code.ts";
import { openSessionOfTwo, type SecondProfile } from "../session/second-account.ts";
import type { AwsSession, Session } from "../session/session.ts";

/** What a command wants to change, and how it ends. */
export interface Planned {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  /** `undefined` where nothing of the cluster is changed. */
  readonly kubernetes: KubernetesPort | undefined;
  /** Object by object unless given. */
  readonly presenter?: PlanPresenter;
  /** What remains to do once the plan was shown and, if approved, applied. */
  readonly report: (outcome: Outcome) => Report | Promise<Report>;
}

/** What a command answers. */
export interface Report {
  /** `result` of the answer in JSON. */
  readonly result: object;
  /** The last lines for people; not used where the plan was only shown. */
  readonly lines: readonly Piece[];
  /** The last lines where the plan was only shown, unless they are those of every plan. */
  readonly plannedLines?: readonly Piece[];
  /** An answer of its own for stdout, where the format is neither text nor JSON. */
  readonly document?: TextBlock;
  /** What is said after the answer, whatever its format. */
  readonly hints?: readonly Piece[];
  /** True where what was applied could not be verified. */
  readonly isUnverified?: boolean;
  /** Unless given, 0, or 3 for `--exit-code`. */
  readonly exitCode?: number;
}

/**
 * `runPlanIn` for a command that is about one cluster.
 * @param second the profile of a second AWS account in which the plan changes something
 */
export async function runPlanCommand(
  flags: ClusterFlags & PlanFlags,
  context: CommandContext,
  prepare: (session: Session, terminal: Terminal) => Promise<Planned>,
  second?: SecondProfile,
): Promise<void> {
  const open = () => openSessionOfTwo(flags, second, context, flags.approve === true);
  await runPlanIn(flags, context, open, prepare);
}

/**
 * The way of every command that may write: find AWS and the cluster (`open`), observe and plan (`prepare`), show, have it
 * approved, apply, answer.
 * @throws Failure whatever the parts throw
 */
export async function runPlanIn<Place extends AwsSession>(
  flags: PlanFlags & Pick<ClusterFlags, "cluster">,
  context: CommandContext,
  open: () => Promise<Place>,
  prepare: (session: Place, terminal: Terminal) => Promise<Planned>,
): Promise<void> {
  const terminal = flags.output === "text" ? context.terminal : talkingToStderr(context.terminal);
  const session = await open();
  try {
    await clarified(session, async () => {
      const planned = await prepare(session, terminal);
      const { aws, cluster, header, second } = session;
      const { changes, notes } = planned;
      const shown = { changes, notes, ...(cluster !== undefined && { cluster }) };
      const { kubernetes } = planned;
      const targets = {
        iam: aws.iam,
        ...(second !== undefined && {
          second: { awsAccount: second.caller.awsAccount, iam: second.aws.iam },
        }),
        eks: aws.eks,
        kubernetes,
        cloudFormation: aws.cloudFormation,
      };
      const { presenter } = planned;
      const work = { plan: shown, header, flags, targets, ...(presenter !== undefined && { presenter }) };
      const outcome = await showAndApply(work, terminal, context);
      const report = await reported(planned, outcome);
      if (flags.output === "json") {
        const { result } = report;
        context.terminal.print(
          context.envelope.answer({ ...planAnswer({ plan: shown, ...outcome }), result }),
        );
      } else {
        (outcome.state === "planned"
          ? (report.plannedLines ?? planHint(shown, flags, flags.cluster === undefined ? cluster : undefined))
          : report.lines
        ).forEach(terminal.print);
      }
      if (report.document !== undefined) context.terminal.print(report.document);
      report.hints?.forEach(terminal.print);
      context.exitWith(report.exitCode ?? exitCodeOf(outcome, flags));
    });
  } finally {
    session.close();
  }
}

/** The report, whose failures must not claim that nothing was changed once the plan was applied. */
async function reported({ report }: Planned, outcome: Outcome): Promise<Report> {
  try {
    return await report(outcome);
  } catch (error) {
    throw outcome.state === "done" ? afterWriting(error) : error;
  }
}
