import type { Exported } from "../../export/from-file.ts";
import type { ExportModel } from "../../export/model.ts";
import { modelFor } from "../../export/select.ts";
import { stackSetCommands } from "../../export/stackset/commands.ts";
import { stackSetEngine, stackSetTemplate } from "../../export/stackset/stack-set.ts";
import { Failure } from "../../model/failure.ts";
import { mapConcurrent } from "../../model/map-concurrent.ts";
import type { Note } from "../../model/plan.ts";
import { recoverFailure } from "../../model/recover-failure.ts";
import type { Target } from "../../model/target.ts";
import { during } from "../../output/progress.ts";
import type { CommandContext } from "../command-context.ts";
import { clusterFlagsOf } from "../shared/session/cluster-flags.ts";
import { connectAwsAccount, NETWORK } from "../shared/session/session.ts";
import { openTarget, type OpenTarget, type TargetWorld } from "../shared/targets/open-target.ts";
import { CONCURRENCY } from "../shared/targets/options.ts";
import { targetsIn } from "../shared/targets/read-targets.ts";
import { exportFile, exportFor, readAsked, type AskedFile } from "./file.ts";
import type { ExportFlags } from "./flags.ts";

/** The template of a stack set, or the commands that create it; for the file's cluster, or for those of the targets. */
export async function exportStackSet(flags: ExportFlags, context: CommandContext) {
  const { targets } = flags;
  const exported =
    targets === undefined
      ? [await exportFile(flags, context)]
      : await during(context.terminal, "reading the targets", exportTargets(targets, flags, context));
  const parts = exported.map(({ model }) => modelFor(model, stackSetEngine, false));
  const models = parts.map(({ model }) => model);
  if (models.every(({ resources }) => resources.length === 0))
    throw new Failure("refused", "nothing-to-export", "there is nothing to export");
  const notes = differing([...exported, ...parts].flatMap((one) => one.notes));
  return { text: textOf(models, flags), notes };
}

function textOf(models: readonly ExportModel[], { commands }: ExportFlags): string {
  // The commands, too, are only for a template that there can be.
  const template = stackSetTemplate(models);
  return commands === true ? stackSetCommands(models) : template;
}

/** Each note once: most are the same for every cluster. */
function differing(notes: readonly Note[]): readonly Note[] {
  return [...new Map(notes.map((note) => [note.message, note])).values()];
}

/** The file for every cluster of the targets, whichever its metadata name. */
async function exportTargets(
  name: string,
  flags: ExportFlags,
  context: CommandContext,
): Promise<readonly Exported[]> {
  const { network = NETWORK } = context;
  const { asked } = await readAsked(flags, () => ({}));
  const targets = await targetsIn(name);
  const { profile, region } = flags;
  const base = await connectAwsAccount(
    { ...(profile !== undefined && { profile }), adaptiveRetry: true },
    region,
    context,
  );
  try {
    const world = { base, network };
    const found = await mapConcurrent(targets, CONCURRENCY, (target) =>
      exportTarget(target, world, async (open) => exportClusters(open, asked, flags, context)),
    );
    return found.flat();
  } finally {
    base.close();
  }
}

/** @throws Failure that names the target, also where only a part of it can't be read: a stack set would delete what is left out */
async function exportTarget<T>(
  target: Target,
  world: TargetWorld,
  work: (open: OpenTarget) => Promise<T>,
): Promise<T> {
  return recoverFailure(
    async () => {
      const open = await openTarget(target, world);
      try {
        const [lost] = open.lost;
        if (lost !== undefined) throw lost.failure;
        return await work(open);
      } finally {
        open.close();
      }
    },
    (failure) => {
      throw new Failure(
        failure.kind,
        failure.code,
        `target '${target.name}': ${failure.message}`,
        failure.detail,
      );
    },
  );
}

function exportClusters(
  { aws, sources }: OpenTarget,
  asked: AskedFile,
  flags: ExportFlags,
  context: CommandContext,
): Promise<readonly Exported[]> {
  return mapConcurrent(sources, 1, async ({ cluster }) => {
    const { region, name } = cluster;
    const at = { cluster, clusterFlags: clusterFlagsOf({ region }, { name }), aws: aws.as({ region }) };
    return exportFor(at, asked, flags, context);
  });
}
