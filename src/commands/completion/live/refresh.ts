import { setTimeout as later } from "node:timers/promises";
import { runsProgram } from "../../../aws/profile.ts";
import { DEFAULT_SERVICE_ACCOUNT, serviceAccountPath } from "../../../model/service-account-ref.ts";
import type { CommandContext } from "../../command-context.ts";
import { connectAwsAccount, openSession } from "../../shared/session/session.ts";
import { cacheKey } from "./cache-key.ts";
import { cacheFolder, writeCached } from "./cache.ts";
import { safeEntries, type Dataset } from "./kinds.ts";
import type { ReadPlace } from "./place.ts";

/** Milliseconds after which nobody waits for the names any more. */
const PATIENCE = 20_000;

/** Names as the APIs list them, and what ends the connection. */
interface Reading {
  readonly entries: Promise<readonly string[]>;
  readonly close: () => void;
}

/**
 * Reads names for completion into the cache. Nobody is asked for anything: a profile that needs an MFA code gives no
 * credentials here, one with a `credential_process` is left alone, since its program may ask for a password or a touch, and the
 * cluster is reached as EKS describes it, without a kubeconfig's plugins. An organization's rules hold.
 */
export async function refresh(
  dataset: Dataset,
  flags: ReadPlace,
  context: CommandContext,
  now: number = Date.now(),
): Promise<void> {
  const silent = { ...context, terminal: { ...context.terminal, interactive: false, animated: false } };
  await context.organization();
  if (await runsProgram(flags.profile)) return;
  const key = cacheKey(dataset, flags);
  const { entries, close } = await READERS[dataset](flags, silent);
  const stop = new AbortController();
  try {
    const patience = later(PATIENCE, undefined, { signal: stop.signal, ref: false });
    const found = await Promise.race([entries, patience]);
    if (found !== undefined)
      await writeCached(cacheFolder(), key, { at: now, entries: safeEntries(dataset, found) });
  } finally {
    stop.abort();
    close();
  }
}

const READERS: Readonly<Record<Dataset, (flags: ReadPlace, context: CommandContext) => Promise<Reading>>> = {
  async clusters(flags, context) {
    const aws = await connectAwsAccount(flags, flags.region, context);
    return { entries: aws.eks.listClusters(), close: () => aws.close() };
  },
  async roles(flags, context) {
    const aws = await connectAwsAccount(flags, flags.region, context);
    return {
      entries: aws.iam.listRoles().then((roles) => roles.map(({ arn }) => arn)),
      close: () => aws.close(),
    };
  },
  async "service-accounts"(flags, context) {
    const session = await openSession(flags, context, false);
    const entries = async (): Promise<readonly string[]> => {
      const kubernetes = await session.kubernetes(DEFAULT_SERVICE_ACCOUNT);
      return (await kubernetes.listServiceAccounts(undefined)).map(({ ref }) => serviceAccountPath(ref));
    };
    return { entries: entries(), close: () => session.close() };
  },
};
