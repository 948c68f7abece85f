import type { ManyClustersFile } from "../../config/many-clusters.ts";
import { countsIn } from "../../output/plan-of-targets.ts";
import type { CommandContext } from "../command-context.ts";
import { answerTargets, type CoveringFlags } from "../shared/targets/answer-targets.ts";
import { approveTogether, type Together } from "../shared/targets/approve-together.ts";
import { plansOfTargets } from "./plans-of-targets.ts";
import type { AskedOfFiles } from "./prepare.ts";

/** `apply` for many clusters and AWS accounts: all plans are approved together. */
export async function applyToTargets(
  asked: AskedOfFiles,
  file: ManyClustersFile,
  covering: CoveringFlags,
  context: CommandContext,
): Promise<void> {
  const together: Together = {
    flags: asked.flags,
    noun: "cluster",
    planned: ({ found }) => countsIn(found).clusters,
    plansFor: (...how) => plansOfTargets(asked, file, ...how),
  };
  await answerTargets(covering, context, (_targets, _world, show) =>
    approveTogether(together, show, context),
  );
}
