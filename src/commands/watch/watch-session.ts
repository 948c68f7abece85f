import { SYSTEM_CLOCK } from "../../engine/clock.ts";
import type { EventPort, LeasePort } from "../../kubernetes/port.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "../../model/service-account-ref.ts";
import { watchCluster, type WatchOptions } from "../../watch/watch-cluster.ts";
import type { CommandContext } from "../command-context.ts";
import type { Session } from "../shared/session/session.ts";

/** How long STS may need to learn of a change before it is told as broken. */
const PATIENCE_MS = 5_000;

/** Watches until the signal of its options. */
export type Watch = (options: Omit<WatchOptions, "patienceMs" | "clock">) => Promise<void>;

/** A cluster that can be watched. */
export interface ConnectedWatch {
  readonly watch: Watch;
  readonly leases: LeasePort;
  readonly events: EventPort;
}

/** Connects to the cluster of a session, to watch it and its AWS account. */
export async function connectWatch(
  session: Session,
  { clock = SYSTEM_CLOCK }: Pick<CommandContext, "clock">,
): Promise<ConnectedWatch> {
  const { aws, cluster, clusterFlags } = session;
  const { api, watches, leases, events } = await session.connect(DEFAULT_SERVICE_ACCOUNT);
  const sources = { aws, kubernetes: api, watches, cluster, clusterFlags };
  const timing = { patienceMs: PATIENCE_MS, clock: { now: () => Date.now(), ...clock } };
  return { leases, events, watch: (options) => watchCluster(sources, { ...timing, ...options }) };
}
