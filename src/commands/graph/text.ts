import type { AccessGraph } from "../../model/access-graph.ts";
import { graphDot } from "../../output/graph-dot.ts";
import { graphHtml } from "../../output/graph-html.ts";
import { graphResult } from "../../output/graph-json.ts";
import { graphMermaid } from "../../output/graph-mermaid.ts";
import { graphTree } from "../../output/graph-tree.ts";
import { isUtf8Locale } from "../../output/locale.ts";
import type { TextBlock } from "../../output/text-block.ts";
import { stylesOf } from "../../output/line.ts";
import type { CommandContext } from "../command-context.ts";
import type { GraphFlags } from "./flags.ts";

/** The graph in the format that was asked for. @param beside what a JSON result has beside the graph */
export function graphText(
  graph: AccessGraph,
  { output, file }: GraphFlags,
  { envelope, terminal }: CommandContext,
  beside: object = {},
): TextBlock {
  switch (output) {
    case "html":
      return graphHtml(graph);
    case "text":
      return graphTree(graph, {
        isUtf8: isUtf8Locale(process.env),
        color: file === undefined ? terminal.out : stylesOf(0),
      });
    case "json":
      return envelope.answer({ result: { ...graphResult(graph), ...beside } });
    case "dot":
      return graphDot(graph);
    case "mermaid":
      return graphMermaid(graph);
  }
}
