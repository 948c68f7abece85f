import { observe } from "../../audit/observe.ts";
import { reportOf } from "../../audit/report.ts";
import { graphOf } from "../../graph/graph-of.ts";
import { restrictedTo } from "../../graph/restrict.ts";
import { Problems } from "../../model/problems.ts";
import { parseNamespaceName } from "../../model/service-account-ref.ts";
import { graphSummary } from "../../output/graph-text.ts";
import { line } from "../../output/line.ts";
import { during } from "../../output/progress.ts";
import type { CommandContext } from "../command-context.ts";
import { incompleteCode } from "../shared/session/incomplete.ts";
import { isJoined, parsePort, type GraphFlags } from "./flags.ts";
import { graphText } from "./text.ts";
import { destinationOf } from "./destination.ts";
import { suppressionsOf } from "../audit/run.ts";
import type { Serving } from "./serve.ts";
import { parsePollInterval } from "../watch/flags.ts";
import { checkTargetsFlags, coversTargets } from "../shared/targets/options.ts";
import { openSessions } from "../shared/session/several-clusters.ts";

/** The run of `graph`: check the input, read what an audit reads, judge, draw. */
export async function runGraph(flags: GraphFlags, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { asked, namespaces, port, pollMs } = await parse(flags, context);
  if (coversTargets(flags)) {
    if (isJoined(flags)) {
      const { graphJoined } = await import("./joined.ts");
      return graphJoined(flags, { asked, namespaces }, context);
    }
    const { graphTargets } = await import("./targets.ts");
    return graphTargets(flags, { asked, namespaces }, context);
  }
  if (flags.serve !== undefined) {
    const { serveGraph } = await import("./serve.ts");
    return serveGraph(flags, { asked, namespaces, port, pollMs }, context);
  }
  const destination = await destinationOf(flags, terminal);
  const sessions = await openSessions(flags, context);
  try {
    const reading = observe(sessions.first.aws, sessions.sources, new Date());
    const observed = await during(terminal, "reading IAM and the clusters", reading);
    const whole = graphOf(observed, reportOf(observed, asked));
    const graph = restrictedTo(namespaces, whole);
    const text = graphText(graph, flags, context);
    await destination(text);
    graphSummary(graph, { namespaces, format: flags.output, text: String(text) }, terminal.err).forEach(
      terminal.say,
    );
    context.exitWith(incompleteCode(observed.inventory.gaps));
  } finally {
    sessions.close();
  }
}

/** The picture shows all audit findings except those suppressed by the organization policy. */
async function parse(flags: GraphFlags, { organization, terminal }: CommandContext): Promise<Serving> {
  const { namespace = [], serve, pollInterval } = flags;
  const problems = new Problems();
  const namespaces = problems.all("--namespace", namespace, parseNamespaceName);
  const port = problems.maybe("--serve", serve === true ? undefined : serve, parsePort) ?? 0;
  const pollMs = problems.maybe("--poll-interval", pollInterval, parsePollInterval) ?? 60_000;
  noteServing(flags, problems);
  noteJoining(flags, problems);
  problems.throwIfAny();
  const suppressions = suppressionsOf(await organization());
  if (suppressions.organizationFile !== undefined)
    terminal.say(line`  Org policy  ${suppressions.organizationFile}`);
  const everything = { severity: "low", rules: [], namespaces: [], unusedDays: UNUSED_DAYS } as const;
  const asked = { ...everything, ...suppressions, baseline: new Set<string>(), places: new Map() };
  return { asked, namespaces, port, pollMs };
}

/** A page that is served is of one cluster, in HTML, and nowhere else. */
function noteServing(
  { serve, pollInterval, cluster = [], file, output }: GraphFlags,
  problems: Problems,
): void {
  if (serve === undefined) {
    if (pollInterval !== undefined) problems.note("--poll-interval", "", "requires --serve");
    return;
  }
  if (cluster.length > 1) problems.note("--serve", "", "shows one cluster; pass one --cluster");
  if (file !== undefined) problems.note("--file", "", "can't be used with --serve");
  if (output !== "html") problems.note("--output", output, "can't be used with --serve, which serves HTML");
}

/** One graph of many AWS accounts has the formats of one of a cluster; those of each AWS account are written as they come. */
function noteJoining(flags: GraphFlags, problems: Problems): void {
  const { serve, file, open, join = false, resume } = flags;
  if (!coversTargets(flags)) {
    if (join) problems.note("--join", "", "requires --targets, --organization or --all-clusters");
    checkTargetsFlags(flags, problems);
  } else if (isJoined(flags)) {
    const { output: _, ...others } = flags;
    checkTargetsFlags(others, problems, { alone: { serve } });
    if (resume !== undefined)
      problems.note(
        "--resume",
        "",
        "can't be used for one graph of all AWS accounts, which is read in one run",
      );
  } else {
    checkTargetsFlags(flags, problems, { text: "text", alone: { serve } });
    for (const [name, given] of Object.entries({ file, open }))
      if (given !== undefined) problems.note(`--${name}`, "", "requires --join with -o text or json");
  }
}

/** As `irsa audit` has it by default. */
const UNUSED_DAYS = 90;
