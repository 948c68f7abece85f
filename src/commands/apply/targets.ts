import { readManyClusters } from "../../config/many-clusters.ts";
import type { Source } from "../../config/read-yaml.ts";
import type { Problems } from "../../model/problems.ts";
import { commandLine } from "../../output/command-text.ts";
import { plansLine } from "../../output/plan-of-targets.ts";
import type { CommandContext } from "../command-context.ts";
import { answerTargets } from "../shared/targets/answer-targets.ts";
import { applyToTargets } from "./apply-to-targets.ts";
import { plansOfTargets, type PlansEnd } from "./plans-of-targets.ts";
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
  const end: PlansEnd = (counts, digest) => [
    plansLine(counts, digest, terminal.out),
    ...(counts.differing === 0 ? [] : ["  No changes made. To apply:", commandLine(applyWords(flags))]),
  ];
  const { command } = plansOfTargets(asked, file, terminal, end);
  await answerTargets(covering, context, command);
}
