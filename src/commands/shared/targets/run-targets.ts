import type { Spool } from "../../../files/spool.ts";
import { readJson } from "../../../model/json.ts";
import { mapConcurrent } from "../../../model/map-concurrent.ts";
import { recoverFailure } from "../../../model/recover-failure.ts";
import type { Failure } from "../../../model/failure.ts";
import { withoutSecrets, withSessionSecrets } from "../../../model/secrets.ts";
import type { Target } from "../../../model/target.ts";
import { isTargetRecord, type MissingPart, type TargetRecord } from "../../../model/target-record.ts";
import { errorJson } from "../../../output/json-forms.ts";
import { incompleteCode } from "../session/incomplete.ts";
import { openTarget, type LostPart, type OpenTarget, type TargetWorld } from "./open-target.ts";

/** What a command finds out about a target that could be opened. */
export interface TargetAnswer {
  readonly result: object;
  /** What could not be read beside the parts that are lost already. */
  readonly gaps: readonly { readonly what: string; readonly failure: Failure }[];
  /** Clusters that could be described, and then not be read. */
  readonly lost?: readonly LostPart[];
  /** The exit code where nothing is missing. */
  readonly code: number;
  /** Lines of the answer as text that are not made of the result, without styles. */
  readonly shown?: readonly string[];
}

/** How targets are worked on. */
export interface TargetsWork {
  readonly world: TargetWorld;
  readonly concurrency: number;
  readonly spool: Spool;
  readonly work: (open: OpenTarget) => Promise<TargetAnswer>;
  /** False for a part of a target whose loss does not matter; all do unless given. */
  readonly concerns?: ((target: Target, part: LostPart) => boolean) | undefined;
  /** Leaves out the clusters of the targets. */
  readonly withoutClusters?: boolean | undefined;
  /** Called before a target is opened. @throws Failure where it is not to be begun */
  readonly requireStart?: (() => void) | undefined;
  /** Told of each target as it is done, in whatever order. */
  readonly onDone: (record: TargetRecord, milliseconds: number) => void;
}

/**
 * Works on targets, some at a time, and gives their records in the order of the targets, each as soon as it and those before
 * it are there. A target that fails is a record too. What waits is in the spool, so that memory does not grow with it.
 */
export async function* runTargets(
  targets: readonly Target[],
  { world, concurrency, spool, onDone, ...how }: TargetsWork,
): AsyncGenerator<TargetRecord> {
  const settle: (() => void)[] = [];
  const done = targets.map((_, at) => new Promise<void>((resolve) => (settle[at] = resolve)));
  const all = mapConcurrent([...targets.entries()], concurrency, async ([at, target]) => {
    // An earlier run may have put it there.
    if ((await spool.get(at)) === undefined) {
      await withSessionSecrets(async () => {
        const began = performance.now();
        const record = await recordOf(target, world, how);
        await spool.put(at, withoutSecrets(JSON.stringify(record)));
        onDone(record, performance.now() - began);
      });
    }
    settle[at]?.();
  });
  // Whoever stops listening is not told of what fails later.
  all.catch(() => undefined);
  for (const [at, one] of done.entries()) {
    await Promise.race([one, all]);
    yield* recordsIn(spool, [at]);
  }
}

/** The records of a run that is over, again. */
export async function* recordsIn(spool: Spool, numbers: Iterable<number>): AsyncGenerator<TargetRecord> {
  for (const at of numbers) {
    const read = readJson((await spool.get(at)) ?? "");
    if (!read.ok || !isTargetRecord(read.value)) throw new Error(`the record of target ${at} can't be read`);
    yield read.value;
  }
}

async function recordOf(
  target: Target,
  world: TargetWorld,
  {
    work,
    concerns = () => true,
    requireStart,
    withoutClusters,
  }: Pick<TargetsWork, "work" | "concerns" | "requireStart" | "withoutClusters">,
): Promise<TargetRecord> {
  const { name, awsAccount } = target;
  const asked = { name, awsAccount, readAt: new Date().toISOString() };
  return recoverFailure(
    async () => {
      requireStart?.();
      const open = await openTarget(target, world, withoutClusters);
      try {
        const { caller } = open;
        const { result, gaps, code, ...more } = await work(open);
        const lost = [...open.lost.filter((part) => concerns(target, part)), ...(more.lost ?? [])];
        return {
          ...asked,
          caller: caller.arn,
          clusters: open.sources.map(({ cluster }) => ({ name: cluster.name, arn: cluster.arn })),
          missing: lost.map((part) => missingPart(asked, part)),
          result: { ...result },
          ...(more.shown !== undefined && { shown: more.shown }),
          code: incompleteCode([...lost, ...gaps]) || code,
        };
      } finally {
        open.close();
      }
    },
    (failure) => {
      if (failure.kind === "interrupted") throw failure;
      return {
        ...asked,
        caller: null,
        clusters: [],
        missing: [missingPart(asked, { failure })],
        result: null,
        code: incompleteCode([{ failure }]),
      };
    },
  );
}

function missingPart(
  { name, awsAccount }: { readonly name: string; readonly awsAccount: string },
  { region, cluster, failure }: LostPart,
): MissingPart {
  return {
    target: name,
    awsAccount,
    region: region ?? null,
    cluster: cluster ?? null,
    error: errorJson(failure),
  };
}
