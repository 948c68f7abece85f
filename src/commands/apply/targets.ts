import { readManyClusters } from "../../config/many-clusters.ts";
import type { Source } from "../../config/read-yaml.ts";
import type { Problems } from "../../model/problems.ts";
import type { CommandContext } from "../command-context.ts";
import { answerTargets } from "../shared/targets/answer-targets.ts";
import { plansOfTargets } from "./plans-of-targets.ts";
import type { AskedOfFiles } from "./prepare.ts";

/** `plan` for many clusters and AWS accounts: each cluster by the documents whose metadata select it. */
export async function prepareTargets(
  asked: AskedOfFiles,
  sources: readonly Source[],
  problems: Problems,
  context: CommandContext,
): Promise<void> {
  const file = readManyClusters(sources, problems);
  problems.throwIfAny();
  const { flags } = asked;
  const { command } = plansOfTargets(asked, file, context.terminal);
  await answerTargets({ ...flags, output: { format: flags.output } }, context, command);
}
