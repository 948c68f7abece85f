import type { Gap } from "../../audit/inventory.ts";
import type { WhoCan } from "../../model/access-answers.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import { whoCanResult } from "../../output/access-json.ts";
import { whoCanLines } from "../../output/who-can-text.ts";
import { during } from "../../output/progress.ts";
import type { CommandContext } from "../command-context.ts";
import { incompleteCode } from "../shared/session/incomplete.ts";
import { openSessions, type Sessions } from "../shared/session/several-clusters.ts";
import { coversTargets } from "../shared/targets/options.ts";
import { requireRole, type AskedRole } from "../shared/asked-role.ts";
import { findSubjects, homeOf } from "./find.ts";
import { parse, type WhoCanFlags } from "./flags.ts";
import { whoCanInTargets } from "./targets.ts";

/** The run of `who-can`: read the role and the clusters, answer. */
export async function runWhoCan(text: string, flags: WhoCanFlags, context: CommandContext): Promise<void> {
  const { selector, ...asked } = parse(text, flags);
  if (coversTargets(flags)) return whoCanInTargets(asked, selector, flags, context);
  const { terminal } = context;
  const sessions = await openSessions(flags, context);
  try {
    const gaps: Gap[] = [];
    const reading = find(asked, sessions, selector, gaps);
    const answer = await during(terminal, "reading IAM and the cluster", reading);
    const result = whoCanResult(answer);
    const { output, headers } = flags;
    if (output.format === "json") terminal.print(context.envelope.answer({ result }));
    else if (output.format === "list") terminal.print(output.write(result, headers));
    else whoCanLines(answer, terminal.out).forEach(terminal.print);
    context.exitWith(incompleteCode(gaps));
  } finally {
    sessions.close();
  }
}

async function find(
  asked: AskedRole,
  { first, sources }: Sessions,
  selector: SelectorText | undefined,
  gaps: Gap[],
): Promise<WhoCan> {
  const { iam } = first.aws;
  const role = await requireRole(asked, first.caller.awsAccount, iam);
  return findSubjects(homeOf(role, iam), { sources, iam }, selector, gaps);
}
