import { readManyClusters } from "../../config/many-clusters.ts";
import type { Source } from "../../config/read-yaml.ts";
import { counted } from "../../model/counted.ts";
import type { Problems } from "../../model/problems.ts";
import { commandLine } from "../../output/command-text.ts";
import { countsIn, plansLine } from "../../output/plan-of-targets.ts";
import type { CommandContext } from "../command-context.ts";
import { answerTargets } from "../shared/targets/answer-targets.ts";
import type { PlansEnd } from "../shared/targets/placed-plan.ts";
import { applyToTargets } from "./apply-to-targets.ts";
import { plansOfTargets } from "./plans-of-targets.ts";
import type { AskedOfFiles } from "./prepare.ts";
import { applyWords } from "./report.ts";

/** `plan` and `apply` for many clusters and AWS accounts: each cluster by the documents whose metadata select it. */
export async function runTargets(
  asked: AskedOfFiles,
  sources: readonly Source[],
  problems: Problems,
  context: CommandContext,
): Promise<void> {
  const file = readManyClusters(sources, problems);
  problems.throwIfAny();
  const { name, flags } = asked;
  const covering = { ...flags, output: { format: flags.output } };
  if (name === "apply") return applyToTargets(asked, file, covering, context);
  const { terminal } = context;
  const end: PlansEnd = ({ found }, digest) => {
    const counts = countsIn(found);
    const { differing, clusters } = counts;
    return [
      plansLine(counts, `${differing} of ${counted(clusters, "cluster")}`, digest, terminal.out),
      ...(differing === 0 ? [] : ["  No changes made. To apply:", commandLine(applyWords(flags))]),
    ];
  };
  const { command } = plansOfTargets(asked, file, terminal, end);
  await answerTargets(covering, context, command);
}
