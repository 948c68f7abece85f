import { SYSTEM_CLOCK } from "../../engine/clock.ts";
import type { EventPort } from "../../kubernetes/port.ts";
import { counted } from "../../model/counted.ts";
import { line } from "../../output/line.ts";
import { clusterEventsOf } from "../../watch/cluster-events.ts";
import { eventWriter } from "../../watch/event-writer.ts";
import type { Round } from "../../watch/watch-cluster.ts";
import type { CommandContext } from "../command-context.ts";

/** Tells the cluster, by Kubernetes Events, what a watch finds. */
export interface ClusterTold {
  readonly onRound: (round: Round) => void;
  /** Writes until the signal. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** @param isLeading false once another replica may write */
export function tellCluster(
  events: EventPort,
  { terminal, clock = SYSTEM_CLOCK }: Pick<CommandContext, "terminal" | "clock">,
  isLeading: () => boolean,
): ClusterTold {
  const { add, run } = eventWriter({
    events,
    clock,
    isLeading,
    onFailure: ({ message }) => terminal.say(line`no Event written: ${message}`),
    onLeftOut: (count) =>
      terminal.say(line`too many changes: ${counted(count, "Event")} not written since the start`),
  });
  return { onRound: (round) => add(clusterEventsOf(round)), run };
}
