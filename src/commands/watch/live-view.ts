import { openScreen } from "../../output/screen.ts";
import type { Terminal } from "../../output/terminal.ts";
import { pageOf, screenLines } from "../../output/watch-screen.ts";
import { afterKey, FIRST_VIEW, type Change, type Key } from "../../output/watch-view.ts";
import { NOTHING } from "../../watch/state.ts";
import type { Round } from "../../watch/watch-cluster.ts";

/** So many changes are kept to be looked at. */
const MOST_CHANGES = 1_000;

/** A view that stays on the terminal: takes what each round found. */
export interface LiveView {
  readonly onRound: (round: Round) => void;
  readonly close: () => void;
}

/**
 * Shows what is known on the whole screen, until it is closed.
 * @param quit is called when someone leaves it
 */
export function openLiveView(terminal: Terminal, cluster: string, quit: () => void): LiveView {
  let state = NOTHING;
  let changes: readonly Change[] = [];
  let number = 0;
  let view = FIRST_VIEW;
  const draw = (): void =>
    screen.draw(screenLines({ cluster, state, changes }, view, screen.size(), Date.now(), terminal.out));
  const onKey = (key: Key): void => {
    const next = afterKey(view, key, { cluster, state, changes }, pageOf(screen.size()));
    if (next === undefined) return quit();
    view = next;
    draw();
  };
  const screen = openScreen(terminal, { onKey, onResize: draw });
  // The ages grow without a round.
  const timer = setInterval(draw, 1_000);
  timer.unref();
  draw();
  return {
    onRound: (round) => {
      state = round.state;
      const at = Date.now();
      const fresh = round.isFirst ? [] : round.events.map((event) => ({ number: (number += 1), at, event }));
      changes = [...fresh.toReversed(), ...changes].slice(0, MOST_CHANGES);
      draw();
    },
    close: () => {
      clearInterval(timer);
      screen.close();
    },
  };
}
