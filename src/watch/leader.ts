import type { LeasePort } from "../kubernetes/port.ts";
import { Failure, isFailure } from "../model/failure.ts";
import { leasePath, microTime, type HeldLease, type LeaseRecord, type LeaseRef } from "../model/lease.ts";
import type { WatchClock } from "./clock.ts";

/** The times of client-go's leader election, in milliseconds, which all of Kubernetes' own components have. */
const LEASE_MS = 15_000;
const RENEW_DEADLINE_MS = 10_000;
const RETRY_MS = 2_000;
/** A pod has half a minute to end. */
const RELEASE_MS = 10_000;
/** Those who wait don't all try at the same time. */
const JITTER = 1.2;

/** Who may lead, by which Lease. */
export interface Candidate {
  readonly leases: LeasePort;
  readonly lease: LeaseRef;
  /** Unlike any other, and unlike that of the same pod before it was started again. */
  readonly identity: string;
  /** `now` never jumps: how long another has been silent is measured here, whatever the clocks of others say. */
  readonly clock: WatchClock;
  /** The time that is written into the Lease, for people; nobody compares it. */
  readonly today: () => Date;
  readonly signal: AbortSignal;
  /** Told at each attempt that does not succeed: by whom the Lease is held, if that is known. */
  readonly onStandby: (standby: Standby) => void;
}

/** Why a candidate does not lead. */
export interface Standby {
  readonly holder?: string;
  readonly failure?: Failure;
}

/**
 * Waits until it holds the Lease, and then runs for as long as it does; gives the Lease up when the run ends.
 * @param lead is run at most once, until its signal; before it writes, it asks whether it still leads
 * @throws Failure `lease-lost` when the Lease could not be renewed in time, or another has taken it
 */
export async function whileLeading(
  candidate: Candidate,
  lead: (signal: AbortSignal, isLeading: () => boolean) => Promise<void>,
): Promise<void> {
  const { clock, signal } = candidate;
  const election = electionOf(candidate);
  for (;;) {
    if (signal.aborted) return;
    const begun = clock.now();
    if (await election.tryOnce(begun + RENEW_DEADLINE_MS)) break;
    await clock.sleep(RETRY_MS * (1 + JITTER * clock.random()), signal);
  }
  const over = new AbortController();
  const end = (): void => over.abort();
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    await Promise.race([lead(over.signal, election.isLeading), renew(election, candidate, over.signal)]);
    // Only what has ended lets another begin early.
    const released = new AbortController();
    const late = clock.sleep(RELEASE_MS, released.signal);
    await Promise.race([election.release(), late]);
    released.abort();
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

/** Renews the Lease until the signal. */
async function renew(election: Election, { clock, lease }: Candidate, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await clock.sleep(RETRY_MS, over);
    if (over.aborted) break;
    // Whatever was asleep meanwhile, this process among it: another may hold it since.
    const isHeld = await election.tryOnce(election.deadline());
    if (!isHeld && !election.isLeading())
      throw new Failure("failed", "lease-lost", `lost the Lease ${leasePath(lease)}`, {
        advice: "Another replica reports from now on; this one has to be started again to stand by",
      });
  }
  // The end of the run is the run's own.
  await new Promise<void>(() => undefined);
}

interface Election {
  /** Takes or renews the Lease, or finds that it can't; gives up at that time. */
  readonly tryOnce: (until: number) => Promise<boolean>;
  /** Until when it has to be renewed. */
  readonly deadline: () => number;
  /** Whether that is yet to come, and nobody else holds it, as far as was read. */
  readonly isLeading: () => boolean;
  readonly release: () => Promise<void>;
}

function electionOf({ leases, lease, identity, clock, today, onStandby }: Candidate): Election {
  let known: HeldLease | undefined;
  /** When `known` was first seen as it is. */
  let seenAt = clock.now();
  /** When the last renewal began that succeeded. */
  let renewedAt = Number.NEGATIVE_INFINITY;
  const deadline = (): number => renewedAt + RENEW_DEADLINE_MS;
  const isOwn = (): boolean => known?.record.holder === identity;
  const see = (found: HeldLease): void => {
    if (known?.version !== found.version) seenAt = clock.now();
    known = found;
  };
  const attempt = async (): Promise<boolean> => {
    const begun = clock.now();
    // What it wrote itself, it need not read again.
    const found = isOwn() ? known : await leases.getLease(lease);
    if (found === undefined) {
      see(await leases.createLease(lease, recordOf(undefined)));
    } else {
      see(found);
      const { holder, seconds } = found.record;
      if (holder !== "" && holder !== identity && clock.now() < seenAt + seconds * 1000) return false;
      see(await leases.replaceLease(lease, recordOf(found.record), found.version));
    }
    renewedAt = begun;
    return true;
  };
  const recordOf = (before: LeaseRecord | undefined): LeaseRecord => {
    const now = microTime(today());
    const isRenewal = before?.holder === identity;
    return {
      holder: identity,
      seconds: LEASE_MS / 1000,
      acquiredAt: isRenewal && before.acquiredAt !== undefined ? before.acquiredAt : now,
      renewedAt: now,
      transitions: before === undefined ? 0 : before.transitions + (isRenewal ? 0 : 1),
    };
  };
  const tryOnce = async (until: number): Promise<boolean> => {
    const over = new AbortController();
    const late = clock.sleep(Math.max(until - clock.now(), 0), over.signal).then(() => false);
    try {
      const isHeld = await Promise.race([attempt(), late]);
      if (!isHeld) onStandby(known === undefined ? {} : { holder: known.record.holder });
      return isHeld;
    } catch (error) {
      if (!isFailure(error)) throw error;
      // Someone was faster, or what it knows is outdated: the next attempt reads again.
      known = isOwn() ? undefined : known;
      onStandby(error.code === "conflict" || error.code === "already-exists" ? {} : { failure: error });
      return false;
    } finally {
      over.abort();
    }
  };
  return {
    tryOnce,
    deadline,
    isLeading: () => (known === undefined || isOwn()) && clock.now() < deadline(),
    release: async () => {
      if (known === undefined || !isOwn()) return;
      const { record, version } = known;
      try {
        // As short as can be: whoever waits may take it immediately.
        await leases.replaceLease(
          lease,
          { ...record, holder: "", seconds: 1, renewedAt: microTime(today()) },
          version,
        );
      } catch (error) {
        // It ends by itself, only later.
        if (!isFailure(error)) throw error;
      }
    },
  };
}
