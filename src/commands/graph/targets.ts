import { observe } from "../../audit/observe.ts";
import { reportOf } from "../../audit/report.ts";
import { graphOf } from "../../graph/graph-of.ts";
import { restrictedTo } from "../../graph/restrict.ts";
import { graphResult } from "../../output/graph-json.ts";
import { graphTree } from "../../output/graph-tree.ts";
import { textsIn } from "../../output/json-parts.ts";
import { stylesOf } from "../../output/line.ts";
import { isUtf8Locale } from "../../output/locale.ts";
import { itemLines } from "../../output/targets-list.ts";
import type { CommandContext } from "../command-context.ts";
import { answerTargets } from "../shared/targets/answer-targets.ts";
import { readerCommand } from "../shared/targets/by-cluster.ts";
import type { AskedGraph, GraphFlags } from "./flags.ts";

const LIST = {
  shape: { items: "nodes" },
  columns: "KIND:.kind,LABEL:.label,STATE:.state",
  noun: "node",
  byField: "state",
  values: ["dangerous", "broken", "stale", "unknown"],
};

/** `graph` of many AWS accounts: a picture of each, as a tree or as JSON. */
export async function graphTargets(
  flags: GraphFlags,
  { asked, namespaces }: AskedGraph,
  context: CommandContext,
): Promise<void> {
  const isText = flags.output === "text";
  const look = { isUtf8: isUtf8Locale(process.env), color: stylesOf(0) };
  // A tree is drawn for text alone.
  const contents = { "--output": flags.output, "organization policy": asked.suppressions };
  const command = readerCommand({ ...LIST, contents }, async ({ aws, caller, sources }) => {
    const observed = await observe(aws, sources, new Date());
    const graph = restrictedTo(namespaces, graphOf(observed, reportOf(observed, asked)));
    // Without a cluster, the graph does not know whose it is.
    const result = graphResult({ ...graph, awsAccount: caller.awsAccount });
    return {
      result: isText ? { ...result, tree: String(graphTree(graph, look)).trimEnd().split("\n") } : result,
      gaps: observed.inventory.gaps,
      code: 0,
    };
  });
  await answerTargets({ ...flags, output: { format: flags.output } }, context, {
    ...command,
    lines: (result, _, color) => [
      ...textsIn(result["tree"]).flatMap((text) => (text === "" ? [] : [`      ${text}`])),
      ...itemLines(LIST, { notRead: result["notRead"] }, false, color),
    ],
  });
}
