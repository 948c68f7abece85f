import { line } from "../../output/line.ts";
import { progressOn } from "../../output/progress.ts";
import { omittedJson, snapshotJson, watchEventJson } from "../../output/watch-json.ts";
import {
  notRightLines,
  omittedLine,
  unknownLines,
  watchEventLine,
  watchSummary,
} from "../../output/watch-text.ts";
import { NOTHING, type WatchState } from "../../watch/state.ts";
import type { Round } from "../../watch/watch-cluster.ts";
import type { CommandContext } from "../command-context.ts";
import { boundedPrint } from "./bounded-output.ts";

/** A document for each event. After a gap comes what there is now, so that a reader of events is right again. */
export function jsonPrinter({
  terminal,
  envelope,
}: Pick<CommandContext, "terminal" | "envelope">): (round: Round) => void {
  let state: WatchState = NOTHING;
  const answer = (result: object) => envelope.answer({ result });
  const print = boundedPrint(terminal, (omitted) => {
    const now = Date.now();
    print(() => answer(omittedJson(omitted, state, now)));
    print(() => answer(snapshotJson(state, now)));
  });
  return ({ state: is, events, isFirst }) => {
    const now = Date.now();
    state = is;
    if (isFirst) print(() => answer(snapshotJson(is, now)));
    for (const event of events) print(() => answer(watchEventJson(event, is, now)));
  };
}

/** Events are lines of the answer; below them, on a terminal, a line with what there is and how old it is. */
export function textPrinter(
  { terminal }: Pick<CommandContext, "terminal">,
  signal: AbortSignal,
): (round: Round) => void {
  const progress = progressOn(terminal);
  let latest: Round | undefined;
  const status = () => (latest === undefined ? line`reading` : watchSummary(latest.state, Date.now()));
  const timer = setInterval(() => progress.update(status()), 1_000);
  timer.unref();
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    progress.stop();
  });
  const print = boundedPrint(terminal, (omitted) =>
    print(() => omittedLine(omitted, latest?.state ?? NOTHING, Date.now())),
  );
  return (round) => {
    const now = Date.now();
    latest = round;
    progress.stop();
    if (round.isFirst) {
      for (const one of notRightLines(round.state, terminal.out)) print(() => one);
      terminal.say(line`watching: ${watchSummary(round.state, now)}`);
      unknownLines(round.state, terminal.err).forEach(terminal.say);
    }
    for (const event of round.events) print(() => watchEventLine(event, round.state, now, terminal.out));
    progress.begin(status());
  };
}
