import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { SYSTEM_CLOCK } from "../../engine/clock.ts";
import type { LeasePort } from "../../kubernetes/port.ts";
import type { WatchRecord } from "../../metrics/watch-metrics.ts";
import { leasePath, type LeaseRef } from "../../model/lease.ts";
import { line } from "../../output/line.ts";
import { whileLeading, type Standby } from "../../watch/leader.ts";
import type { CommandContext } from "../command-context.ts";

/** One of several that watch the same. */
export interface Replica {
  readonly leases: LeasePort;
  readonly lease: LeaseRef;
  readonly record: WatchRecord | undefined;
  readonly signal: AbortSignal;
}

/**
 * Runs for as long as this process holds the Lease, and stands by before; on stderr it says which of both.
 * @param lead is given whether it still holds it
 * @throws Failure `lease-lost`
 */
export async function asReplica(
  { leases, lease, record, signal }: Replica,
  context: CommandContext,
  lead: (signal: AbortSignal, isLeading: () => boolean) => Promise<void>,
): Promise<void> {
  const { terminal, clock = SYSTEM_CLOCK } = context;
  // To give the Lease up in order, so that another leads in seconds.
  await context.takeInterrupts();
  const name = leasePath(lease);
  let told = "";
  const onStandby = (standby: Standby): void => {
    record?.noteStandby();
    const why = whyOf(standby);
    if (why === told) return;
    told = why;
    terminal.say(line`standing by: Lease ${name} ${why}`);
  };
  const candidate = {
    leases,
    lease,
    identity: `${hostname()}_${randomUUID()}`,
    // A clock that is set does not make anybody's time be over.
    clock: { now: () => performance.now(), ...clock },
    today: () => new Date(),
    signal,
    onStandby,
  };
  await whileLeading(candidate, (leading, isLeading) => {
    record?.noteLeading();
    terminal.say(line`leading: holds Lease ${name}`);
    return lead(leading, isLeading);
  });
}

function whyOf({ holder, failure }: Standby): string {
  if (failure !== undefined) return `is unknown: ${failure.message}`;
  return holder === undefined || holder === "" ? "is not held by anyone yet" : `is held by ${holder}`;
}
