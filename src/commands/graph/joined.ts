import { joinAccounts } from "../../audit/joined/join.ts";
import { observeAccount, type ObservedAccount } from "../../audit/joined/observe-account.ts";
import { withAwsAccounts, type GraphAccount } from "../../graph/aws-accounts.ts";
import { graphOf } from "../../graph/graph-of.ts";
import { restrictedTo } from "../../graph/restrict.ts";
import type { AccessGraph } from "../../model/access-graph.ts";
import { counted } from "../../model/counted.ts";
import { listed } from "../../model/known.ts";
import { graphSummary } from "../../output/graph-text.ts";
import { numberIn } from "../../output/json-parts.ts";
import { totalsText } from "../../output/targets-text.ts";
import type { TextBlock } from "../../output/text-block.ts";
import type { CommandContext } from "../command-context.ts";
import { answerTargets } from "../shared/targets/answer-targets.ts";
import type { TargetsCommand, TargetsRead } from "../shared/targets/show-targets.ts";
import { destinationOf } from "./destination.ts";
import type { AskedGraph, GraphFlags } from "./flags.ts";
import { graphText } from "./text.ts";

/** `graph` of many AWS accounts as one picture: what was read of all of them is kept until it is drawn. */
export async function graphJoined(
  flags: GraphFlags,
  { asked, namespaces }: AskedGraph,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const destination = await destinationOf(flags, terminal);
  const isWritten = flags.file !== undefined || flags.open === true;
  const read: ObservedAccount[] = [];
  const write = async function* ({ totals, missing, records }: TargetsRead): AsyncGenerator<TextBlock> {
    const accounts: GraphAccount[] = [];
    for await (const record of records()) accounts.push(record);
    const graph = joinedGraph({ asked, namespaces }, accounts, inOrder(read));
    const { codes: _, found: __, resumed: ___, ...summary } = totals;
    const text = graphText(graph, flags, context, { summary, missing });
    if (isWritten) await destination(text);
    else yield text;
    const written = { namespaces, format: flags.output, text: String(text) };
    graphSummary(graph, written, terminal.err).forEach(terminal.say);
  };
  const command: TargetsCommand = {
    async work({ aws, caller: { awsAccount }, sources }) {
      const account = await observeAccount(aws, awsAccount, sources, new Date());
      read.push(account);
      const { roles, gaps } = account.observed.inventory;
      return { result: { roles: listed(roles).length }, gaps, code: 0 };
    },
    found: (result) => counted(numberIn(result["roles"]), "role"),
    lines: () => [],
    sums: [],
    end: (totals) => [`  ${totalsText(totals)}`],
    writers: { [flags.output]: write },
    contents: {},
  };
  await answerTargets({ ...flags, output: { format: flags.output } }, context, command);
}

/** They were read in whatever order. */
function inOrder(read: readonly ObservedAccount[]): readonly ObservedAccount[] {
  const key = ({ awsAccount, observed: { inventory } }: ObservedAccount): string =>
    `${awsAccount} ${inventory.clusters[0]?.cluster.arn ?? ""}`;
  return read.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

function joinedGraph(
  { asked, namespaces }: AskedGraph,
  accounts: readonly GraphAccount[],
  read: readonly ObservedAccount[],
): AccessGraph {
  const names = new Map(accounts.map(({ awsAccount, name }) => [awsAccount, name]));
  const { observed, report } = joinAccounts(read, asked, (awsAccount) => names.get(awsAccount) ?? awsAccount);
  const whole = graphOf(observed, report);
  return withAwsAccounts(restrictedTo(namespaces, whole), accounts, namespaces.length > 0);
}
