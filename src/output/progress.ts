import { line, padded, toLine, type Line, type Piece } from "./line.ts";
import yoctoSpinner, { type Spinner } from "yocto-spinner";
import type { Terminal } from "./terminal.ts";

/** Shows what is being done: one spinner for what runs, a line for what is done. Without a terminal, lines alone. */
export interface Progress {
  begin(text: Piece): void;
  update(text: Piece): void;
  succeed(text: Piece, milliseconds?: number, remark?: string): void;
  fail(text: Piece): void;
  stop(): void;
}

const TEXT_COLUMN = 36;

/** A progress display on stderr; Ctrl-C is left to the run. */
export function progressOn(terminal: Terminal): Progress {
  let spinner: Spinner | undefined;
  let takeOff = (): void => undefined;
  const stop = (): void => {
    takeOff();
    spinner = undefined;
  };
  const tell = (mark: Line, text: Piece): void => {
    stop();
    terminal.say(line`  ${mark} ${text}`);
  };
  return {
    begin: (text) => {
      stop();
      if (!terminal.animated) return;
      const turning = yoctoSpinner({
        text: String(toLine(text)),
        stream: process.stderr,
        handleSignals: false,
      }).start();
      spinner = turning;
      takeOff = () => {
        turning.stop();
        terminal.shown.delete(takeOff);
      };
      terminal.shown.add(takeOff);
    },
    update: (text) => {
      if (spinner !== undefined) spinner.text = String(toLine(text));
    },
    succeed: (text, milliseconds, remark) => {
      const time = milliseconds === undefined ? "" : `${(milliseconds / 1000).toFixed(1)} s`;
      const behind = remark === undefined ? "" : line`   ${terminal.err.dim(`(${remark})`)}`;
      const whole = time === "" && remark === undefined;
      tell(terminal.err.green("✓"), whole ? text : line`${padded(text, TEXT_COLUMN)} ${time}${behind}`);
    },
    fail: (text) => tell(terminal.err.red("✗"), text),
    stop,
  };
}

/** Shows what is being read, on a terminal, until it is there. */
export async function during<T>(
  terminal: Terminal,
  text: Piece,
  work: Promise<T> | ((update: (text: Piece) => void) => Promise<T>),
): Promise<T> {
  const progress = progressOn(terminal);
  progress.begin(text);
  try {
    return await (typeof work === "function" ? work((now) => progress.update(now)) : work);
  } finally {
    progress.stop();
  }
}
