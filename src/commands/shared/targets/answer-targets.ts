import type { Caller } from "../../../aws/port.ts";
import { temporarySpool } from "../../../files/spool.ts";
import type { Target } from "../../../model/target.ts";
import type { CommandContext } from "../../command-context.ts";
import { connectAwsAccount, NETWORK } from "../session/session.ts";
import type { ClustersFlags } from "../session/several-clusters.ts";
import type { TargetWorld } from "./open-target.ts";
import { CONCURRENCY, type TargetsFlags } from "./options.ts";
import { ownTarget, regionsIn, targetsIn } from "./read-targets.ts";
import { showAsJson, showAsText, type TargetsCommand } from "./show-targets.ts";

/** The flags of a command that covers targets. */
export type CoveringFlags = TargetsFlags &
  Pick<ClustersFlags, "region" | "profile"> & { readonly output: { readonly format: string } };

/** Runs a command on all targets that the flags name, and answers: a target that is missing is told, and ends nothing. */
export async function answerTargets(
  flags: CoveringFlags,
  context: CommandContext,
  command: TargetsCommand,
): Promise<void> {
  const { network = NETWORK, envelope } = context;
  envelope.coverClusters();
  // Rules that can't be read or trusted stop every command.
  await context.organization();
  const regions = regionsIn(flags.region);
  const listed = flags.targets === undefined ? undefined : await targetsIn(flags.targets);
  const { profile } = flags;
  const own = { ...(profile !== undefined && { profile }), adaptiveRetry: true };
  const base = await connectAwsAccount(own, regions[0], context);
  const spool = temporarySpool();
  try {
    // With a file that has profiles alone, no credentials are needed beside.
    const isOnItsOwn = listed?.every(({ access }) => access.profile !== undefined) === true;
    const caller = isOnItsOwn ? undefined : await identify(base, context);
    const targets = listed?.map((one) => within(one, regions)) ?? ownTargets(caller, regions);
    const show = flags.output.format === "json" ? showAsJson : showAsText;
    await show(targets, {
      context,
      command,
      spool,
      world: { base, network },
      concurrency: flags.concurrency ?? CONCURRENCY,
    });
  } finally {
    base.close();
    await spool.close();
  }
}

async function identify(base: TargetWorld["base"], { envelope }: CommandContext): Promise<Caller> {
  const [caller, overrides] = await Promise.all([base.sts.getCaller(), base.overrides()]);
  envelope.identify({ caller: caller.arn, overrides });
  return caller;
}

function ownTargets(caller: Caller | undefined, regions: readonly string[]): readonly Target[] {
  return caller === undefined ? [] : [ownTarget(caller.awsAccount, regions)];
}

function within(target: Target, regions: readonly string[]): Target {
  return target.regions.length > 0 ? target : { ...target, regions };
}
