import type { Gap } from "../../audit/inventory.ts";
import { roleRef } from "../../model/arn.ts";
import { Failure } from "../../model/failure.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import type { Target } from "../../model/target.ts";
import { whoCanResult } from "../../output/access-json.ts";
import { SUBJECTS } from "../../output/list-shapes.ts";
import { numberIn, objectsIn } from "../../output/json-parts.ts";
import { countItems, countsLine, itemLines } from "../../output/targets-list.ts";
import { totalsText } from "../../output/targets-text.ts";
import type { JsonObject } from "../../model/target-record.ts";
import type { CommandContext } from "../command-context.ts";
import { answerTargets } from "../shared/targets/answer-targets.ts";
import type { TargetsCommand } from "../shared/targets/show-targets.ts";
import { readerCommand } from "../shared/targets/by-cluster.ts";
import { openTarget } from "../shared/targets/open-target.ts";
import { requireRole, type AskedRole } from "../shared/asked-role.ts";
import { findSubjects, homeOf } from "./find.ts";
import type { WhoCanFlags } from "./flags.ts";

const LIST = {
  shape: SUBJECTS,
  columns:
    "NAMESPACE:.serviceAccount.namespace,NAME:.serviceAccount.name,EXISTS:.exists,VIA:.via,VERDICT:.verdict,STATEMENTS:.statements[*].number,PODS:.pods[*]",
  noun: "direct way",
  byField: "verdict",
  values: ["conditional"],
};

/** The ServiceAccounts of chains, as text has them below the others. */
const CHAINED = {
  ...LIST,
  shape: { items: "chained" },
  columns:
    "NAMESPACE:.serviceAccount.namespace,NAME:.serviceAccount.name,VIA:.via,THROUGH:.roles[*],VERDICT:.chain",
};

function chainedIn(result: JsonObject): readonly JsonObject[] {
  return objectsIn(result["chains"]).flatMap(({ roles, verdict, subjects }) =>
    objectsIn(subjects).map((subject) => ({
      ...subject,
      roles,
      chain: subject["verdict"] === "conditional" ? subject["verdict"] : verdict,
    })),
  );
}

/** The ways to the role in a target: the direct ones, and those through other roles. */
function countWays(result: JsonObject): Readonly<Record<string, number>> {
  return { ...countItems(LIST, result), chained: chainedIn(result).length };
}

function waysText(summary: JsonObject): string {
  const chained = numberIn(summary["chained"]);
  return `${countsLine(LIST, summary)}${chained === 0 ? "" : `, ${chained} through other roles`}`;
}

/** `who-can` of one role, in the clusters of many AWS accounts; the role is read once, in its own. */
export async function whoCanInTargets(
  asked: AskedRole,
  selector: SelectorText | undefined,
  flags: WhoCanFlags,
  context: CommandContext,
): Promise<void> {
  await answerTargets(flags, context, async (targets, world, show) => {
    const home = await openTarget(targetOf(asked, targets), world);
    try {
      const role = await requireRole(asked, home.caller.awsAccount, home.aws.iam);
      const from = homeOf(role, home.aws.iam);
      const contents = { role: asked, selector };
      const command = readerCommand({ ...LIST, contents }, async ({ sources, aws: { iam } }) => {
        const gaps: Gap[] = [];
        const found = await findSubjects(from, { sources, iam }, selector, gaps);
        const result = { ...whoCanResult(found) };
        return { result: { summary: countWays(result), ...result }, gaps, code: 0 };
      });
      const lines: TargetsCommand["lines"] = (result, several, color) => [
        ...command.lines(result, several, color),
        ...itemLines(CHAINED, { chained: chainedIn(result) }, several, color),
      ];
      await show({
        ...command,
        found: (result) => waysText(countWays(result)),
        lines,
        sums: [...command.sums, "chained"],
        end: (totals) => [`  ${totalsText(totals)}`, `  ${waysText(totals.found)}`],
      });
    } finally {
      home.close();
    }
  });
}

/** The target of the role's AWS account. A name is of one role only where there is one AWS account. */
function targetOf({ name, arn }: AskedRole, targets: readonly Target[]): Target {
  const accounts = new Set(targets.map(({ awsAccount }) => awsAccount));
  const [first] = targets;
  if (arn === undefined && first !== undefined && accounts.size === 1) return first;
  if (arn === undefined)
    throw new Failure(
      "input",
      "invalid-input",
      `role '${name}' is a name; in many AWS accounts it must be an ARN`,
    );
  const home = targets.find(({ awsAccount }) => awsAccount === roleRef(arn).awsAccount);
  if (home !== undefined) return home;
  throw new Failure("failed", "foreign-role", "the role's AWS account is not among the targets", {
    facts: [["role", arn]],
  });
}
