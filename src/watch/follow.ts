import type { WatchedKind, WatchPort } from "../kubernetes/port.ts";
import { isFailure, type Failure } from "../model/failure.ts";
import type { WatchClock } from "./clock.ts";
import type { Mirror } from "./mirror.ts";
import type { SourceHealth } from "./source-health.ts";

/** Where a kind is followed, and to. */
export interface Following {
  readonly watches: WatchPort;
  readonly mirror: Mirror;
  readonly health: SourceHealth;
  readonly clock: WatchClock;
  readonly signal: AbortSignal;
  /** Called after every change. */
  readonly changed: () => void;
}

/** The first pause after a failure, and the longest. */
const PAUSE_MS = { first: 1_000, longest: 30_000 };

/**
 * Keeps a kind of the mirror current until the signal: lists, then watches; what ends without an error is watched from
 * where it ended, what is too old is listed again. While it can't be read it is unknown.
 * @param begun called once the first list was read, or failed
 */
export async function followKind(kind: WatchedKind, following: Following, begun: () => void): Promise<void> {
  const { mirror, health, clock, signal, changed } = following;
  let failures = 0;
  let isLost = false;
  while (!signal.aborted) {
    let watchedAt: number | undefined;
    try {
      await listAndWatch(kind, following, isLost, {
        known: () => {
          isLost = false;
          begun();
        },
        watched: () => void (watchedAt ??= clock.now()),
      });
    } catch (error) {
      if (!isFailure(error)) throw error;
      if (signal.aborted) return;
      if (error.code !== "watch-expired") lose(error);
      const wasSteady = watchedAt !== undefined && clock.now() - watchedAt >= PAUSE_MS.longest;
      failures = wasSteady ? 1 : failures + 1;
      begun();
      const pause = Math.min(PAUSE_MS.first * 2 ** (failures - 1), PAUSE_MS.longest);
      await clock.sleep(pause * (0.5 + clock.random() / 2), signal);
    }
  }

  function lose(failure: Failure): void {
    isLost = true;
    mirror.forget(kind, failure);
    health.lost(kind, failure);
    changed();
  }
}

interface Progress {
  /** What was listed is in the mirror. */
  readonly known: () => void;
  /** The API server watches. */
  readonly watched: () => void;
}

/** @param isLost whether the kind is known again only once it is watched: who may list and not watch would lose it at every try */
async function listAndWatch(
  kind: WatchedKind,
  { watches, mirror, health, clock, signal, changed }: Following,
  isLost: boolean,
  progress: Progress,
): Promise<void> {
  const { objects, version } = await watches.listForWatch(kind);
  let isKnown = false;
  const know = (): void => {
    if (isKnown) return;
    isKnown = true;
    mirror.replace(kind, objects);
    health.heard(kind);
    changed();
    progress.known();
  };
  if (!isLost) know();
  const heard = (): void => {
    know();
    progress.watched();
    health.heard(kind);
  };
  for (let from = version; !signal.aborted;) {
    const begun = clock.now();
    from = await watches.watch(
      kind,
      from,
      {
        heard,
        changed: (one) => {
          mirror.set(kind, one);
          changed();
        },
        deleted: (key) => {
          mirror.remove(kind, key);
          changed();
        },
      },
      signal,
    );
    // A server that ends every watch immediately must not be asked without a pause.
    if (clock.now() - begun < PAUSE_MS.first) await clock.sleep(PAUSE_MS.first / 2, signal);
  }
}
