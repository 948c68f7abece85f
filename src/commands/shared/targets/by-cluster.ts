import type { Failure } from "../../../model/failure.ts";
import { notRead } from "../../../audit/who-can.ts";
import { mapConcurrent } from "../../../model/map-concurrent.ts";
import { recoverFailure } from "../../../model/recover-failure.ts";
import { countItems, countsLine, itemLines, type TargetList } from "../../../output/targets-list.ts";
import { totalsText } from "../../../output/targets-text.ts";
import type { CommandContext } from "../../command-context.ts";
import { clarified } from "../session/clarify.ts";
import { answerTargets, type CoveringFlags } from "./answer-targets.ts";
import type { LostPart, OpenTarget, TargetCluster } from "./open-target.ts";
import { worstCode } from "./worst-code.ts";
import type { TargetAnswer } from "./run-targets.ts";
import type { TargetsCommand } from "./show-targets.ts";

/** How many clusters of a target are read at the same time. */
const AT_ONCE = 4;

/** A command that reads clusters one by one: what it says of one, and how its list is shown where there are many. */
export interface ClusterReader extends TargetList, Pick<TargetsCommand, "contents"> {
  readonly read: (cluster: TargetCluster) => Promise<TargetAnswer>;
}

/** Runs a reader on every cluster of all targets, and answers. */
export async function answerByCluster(
  flags: CoveringFlags,
  context: CommandContext,
  reader: ClusterReader,
): Promise<void> {
  await answerTargets(
    flags,
    context,
    readerCommand(reader, (open) => readClusters(open, reader)),
  );
}

/** A command over targets that shows a list of each. */
export function readerCommand(
  list: TargetList & Pick<TargetsCommand, "contents">,
  read: (open: OpenTarget) => Promise<TargetAnswer>,
): TargetsCommand {
  return {
    async work(open) {
      const answer = await read(open);
      return { ...answer, result: { summary: countItems(list, { ...answer.result }), ...answer.result } };
    },
    contents: list.contents,
    found: (result) => countsLine(list, countItems(list, result)),
    lines: (result, several, color) => itemLines(list, result, several, color),
    sums: [list.shape.items, ...list.values],
    end: (totals) => [`  ${totalsText(totals)}`, `  ${countsLine(list, totals.found)}`],
  };
}

/** Reads clusters of a target, some at a time, and has the answers of those that could be read. */
export async function readClusters(
  { sources }: Pick<OpenTarget, "sources">,
  { read }: Pick<ClusterReader, "read">,
  atOnce = AT_ONCE,
): Promise<TargetAnswer> {
  const each = await mapConcurrent(sources, atOnce, (source) =>
    recoverFailure(
      async () => ({ source, answer: await clarified(source, () => read(source)) }),
      (failure) => {
        if (failure.kind === "interrupted") throw failure;
        return lostPart(source, failure);
      },
    ),
  );
  const answers = each.flatMap((one) => ("answer" in one ? [one] : []));
  return {
    result: {
      clusters: answers.map(({ source: { cluster }, answer: { result, gaps } }) => {
        return { name: cluster.name, arn: cluster.arn, notRead: notRead(gaps), ...result };
      }),
    },
    gaps: answers.flatMap(({ answer: { gaps } }) => gaps),
    lost: each.flatMap((one) => ("failure" in one ? [one] : [])),
    shown: answers.flatMap(({ answer: { shown = [] } }) => shown),
    code: worstCode(answers.map(({ answer: { code } }) => code)),
  };
}

function lostPart({ cluster: { name, region } }: TargetCluster, failure: Failure): LostPart {
  return { region, cluster: name, failure };
}
