import { rulesOf } from "../../audit/all-rules.ts";
import { observe } from "../../audit/observe.ts";
import { reportOf, type Asked } from "../../audit/report.ts";
import { Failure } from "../../model/failure.ts";
import { SEVERITIES } from "../../model/finding.ts";
import type { SelectorText } from "../../model/label-selector.ts";
import { auditResult } from "../../output/audit-json.ts";
import { auditTargetLines, auditTargetSummary, countsText } from "../../output/audit-text.ts";
import { totalsText } from "../../output/targets-text.ts";
import type { CommandContext } from "../command-context.ts";
import { selectedIds } from "../shared/list-options.ts";
import { answerTargets } from "../shared/targets/answer-targets.ts";
import { isWhole } from "../shared/targets/worst-code.ts";
import { targetDocuments } from "./target-documents.ts";
import type { TargetsCommand } from "../shared/targets/show-targets.ts";
import type { AuditFlags } from "./flags.ts";
import { exitCodeOf } from "./exit-code.ts";

/** What is asked of each target. */
type AskedOfEach = Asked & { readonly selector?: SelectorText };

/** `audit` of many clusters and AWS accounts. */
export async function auditTargets(
  flags: AuditFlags,
  context: CommandContext,
  asked: AskedOfEach,
): Promise<void> {
  const { format } = flags.output;
  if (format === "list")
    throw new Failure(
      "input",
      "invalid-input",
      "many targets are reported as table, json, sarif, asff, ocsf or markdown; use jq with -o json for columns",
    );
  await answerTargets(flags, context, commandOf(flags, asked));
}

function commandOf(flags: AuditFlags, { selector, ...asked }: AskedOfEach): TargetsCommand {
  return {
    async work({ aws, caller, sources }) {
      const observed = await observe(aws, sources, new Date());
      const selected = selector && (await selectedIds(sources, selector));
      const report = reportOf(observed, { ...asked, ...(selected !== undefined && { selected }) });
      return {
        // Without a cluster, the report does not know whose it is.
        result: auditResult({ ...report, awsAccount: caller.awsAccount }),
        gaps: observed.inventory.gaps,
        code: exitCodeOf(report, flags),
      };
    },
    writers: targetDocuments({
      rules: rulesOf(asked.rules),
      ...(asked.organizationFile !== undefined && { organizationFile: asked.organizationFile }),
    }),
    contents: {
      "--baseline": [...asked.baseline],
      "--file": [...asked.places],
      "organization policy": asked.suppressions,
    },
    found: auditTargetSummary,
    lines: auditTargetLines,
    sums: [...SEVERITIES, "known", "suppressed"],
    end: (totals) => {
      const { found } = totals;
      const counts = {
        bySeverity: found,
        known: found["known"] ?? 0,
        suppressed: found["suppressed"] ?? 0,
        isWhole: [...totals.codes].every(isWhole),
      };
      return [`  ${totalsText(totals)}`, `  ${countsText(counts)}`];
    },
  };
}
