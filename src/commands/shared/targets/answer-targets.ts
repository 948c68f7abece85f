import type { Caller } from "../../../aws/port.ts";
import { temporarySpool, type Spool } from "../../../files/spool.ts";
import { counted } from "../../../model/counted.ts";
import type { ClusterSelector, Target } from "../../../model/target.ts";
import type { TargetTotals } from "../../../model/target-record.ts";
import { leftOutLines } from "../../../output/targets-text.ts";
import type { Terminal } from "../../../output/terminal.ts";
import type { CommandContext } from "../../command-context.ts";
import { connectAwsAccount, NETWORK } from "../session/session.ts";
import type { ClustersFlags } from "../session/several-clusters.ts";
import type { TargetWorld } from "./open-target.ts";
import { CONCURRENCY, parseClusterTag, type TargetsFlags } from "./options.ts";
import { organizationTargets } from "./organization.ts";
import { ownTarget, regionsIn, targetsIn } from "./read-targets.ts";
import { resumableSpool, type ResumableSpool } from "./resume.ts";
import { showAs, showAsJson, showAsText, type TargetsCommand } from "./show-targets.ts";

/** The flags of a command that covers targets. */
export type CoveringFlags = TargetsFlags &
  Pick<ClustersFlags, "region" | "profile"> & { readonly output: { readonly format: string } };

/** Shows what a command says of the targets. @param as in what format and where, unless as the flags have it */
export type ShowTargets = (
  command: TargetsCommand,
  as?: { readonly format: string; readonly terminal: Terminal },
) => Promise<TargetTotals>;

/** A command that does something else first, or covers the targets more than once. */
export type PreparedCommand = (
  targets: readonly Target[],
  world: TargetWorld,
  show: ShowTargets,
) => Promise<void>;

/** Runs a command on all targets that the flags name, and answers: a target that is missing is told, and ends nothing. */
export async function answerTargets(
  flags: CoveringFlags,
  context: CommandContext,
  command: TargetsCommand | PreparedCommand,
): Promise<void> {
  const { network = NETWORK, envelope } = context;
  envelope.coverClusters();
  // Rules that can't be read or trusted stop every command.
  await context.organization();
  const named = regionsIn(flags.region);
  const listed = flags.targets === undefined ? undefined : await targetsIn(flags.targets);
  const clusters = clustersAsked(flags);
  const { profile } = flags;
  const own = { ...(profile !== undefined && { profile }), adaptiveRetry: true };
  const base = await connectAwsAccount(own, named[0], context);
  // The default one is written down with each target: a journal is of another run where it is another.
  const regions = named.length > 0 ? named : [base.region];
  let spool: Spool | undefined;
  try {
    // With a file that has profiles alone, no credentials are needed beside.
    const isOnItsOwn = listed?.every(({ access }) => access.profile !== undefined) === true;
    const caller = isOnItsOwn ? undefined : await identify(base, context);
    const asked = { units: flags.ou ?? [], role: flags.assumeRole ?? "", regions, clusters };
    const found =
      flags.organization === true && caller !== undefined
        ? await organizationTargets(base, caller, asked)
        : { targets: caller === undefined ? [] : [ownTarget(caller, regions, clusters)], leftOut: [] };
    const targets = listed?.map((one) => within(one, regions)) ?? found.targets;
    leftOutLines(found.leftOut, context.terminal.err).forEach(context.terminal.say);
    const began = new Date().toISOString();
    const world = { base, network };
    const show: ShowTargets = async (
      one,
      { format, terminal } = { ...flags.output, terminal: context.terminal },
    ) => {
      await spool?.close();
      spool = undefined;
      const resumable = await resumableIn(flags, targets, one, context);
      spool = resumable ?? temporarySpool();
      const totals = await showFor(format, one)(targets, {
        command: one,
        context: { ...context, terminal },
        spool,
        world,
        concurrency: flags.concurrency ?? CONCURRENCY,
        leftOut: found.leftOut,
        kept: resumable?.kept ?? 0,
        began,
      });
      await resumable?.finish(totals.codes);
      return totals;
    };
    if (typeof command === "function") await command(targets, world, show);
    else await show(command);
  } finally {
    base.close();
    await spool?.close();
  }
}

function showFor(format: string, { writers = {} }: TargetsCommand): typeof showAsText {
  const write = writers[format];
  if (write !== undefined) return (targets, run) => showAs(write, targets, run);
  return format === "json" ? showAsJson : showAsText;
}

/** Flags that decide how the answer is written or the run is done, and those whose part is in the targets. */
const BESIDE = new Set(
  "targets allClusters organization ou assumeRole clusterTag region profile concurrency resume output headers quiet debug color".split(
    " ",
  ),
);

async function resumableIn(
  { resume, ...flags }: CoveringFlags,
  targets: readonly Target[],
  { contents }: TargetsCommand,
  { envelope, terminal }: CommandContext,
): Promise<ResumableSpool | undefined> {
  if (resume === undefined) return undefined;
  const given = Object.entries(flags).filter(([name]) => !BESIDE.has(name));
  const asked = Object.fromEntries(given.map(([name, value]) => [flagName(name), value]));
  const spool = await resumableSpool(resume, targets, {
    command: envelope.command ?? "",
    asked: { ...asked, ...contents },
  });
  if (spool.kept > 0)
    terminal.say(`Resuming: ${spool.kept} of ${counted(targets.length, "target")} are in '${resume}'.`);
  return spool;
}

/** As the command line has it. */
function flagName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

async function identify(base: TargetWorld["base"], { envelope }: CommandContext): Promise<Caller> {
  const [caller, overrides] = await Promise.all([base.sts.getCaller(), base.overrides()]);
  envelope.identify({ caller: caller.arn, overrides });
  return caller;
}

/** The flags were checked before. */
function clustersAsked({ clusterTag = [] }: TargetsFlags): ClusterSelector {
  const tags = clusterTag.map(parseClusterTag).flatMap((tag) => (tag.ok ? [tag.value] : []));
  return tags.length === 0 ? {} : { tags: Object.fromEntries(tags) };
}

function within(target: Target, regions: readonly string[]): Target {
  return target.regions.length > 0 ? target : { ...target, regions };
}
