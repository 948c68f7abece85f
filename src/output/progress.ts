import yoctoSpinner, { type Spinner } from "yocto-spinner";
import type { Terminal } from "./terminal.ts";

/** Shows what is being done: one spinner for what runs, a line for what is done. Without a terminal, lines alone. */
export interface Progress {
  begin(text: string): void;
  update(text: string): void;
  succeed(text: string, milliseconds?: number, remark?: string): void;
  fail(text: string): void;
  stop(): void;
}

const TEXT_COLUMN = 36;

/** A progress display on stderr, for what must be finished: Ctrl-C is left to the run. */
export function progressOn(terminal: Terminal): Progress {
  return display(terminal, false);
}

/** @param endsOnSignal whether the spinner, which hides the cursor, shows it again and ends the process on Ctrl-C */
function display(terminal: Terminal, endsOnSignal: boolean): Progress {
  let spinner: Spinner | undefined;
  const stop = (): void => {
    spinner?.stop();
    spinner = undefined;
  };
  const line = (mark: string, text: string): void => {
    stop();
    terminal.say(`  ${mark} ${text}`);
  };
  return {
    begin: (text) => {
      stop();
      if (!terminal.animated) return;
      spinner = yoctoSpinner({ text, stream: process.stderr, handleSignals: endsOnSignal }).start();
    },
    update: (text) => {
      if (spinner !== undefined) spinner.text = text;
    },
    succeed: (text, milliseconds, remark) => {
      const time = milliseconds === undefined ? "" : `${(milliseconds / 1000).toFixed(1)} s`;
      const behind = remark === undefined ? "" : `   ${terminal.err.dim(`(${remark})`)}`;
      line(terminal.err.green("✓"), `${text.padEnd(TEXT_COLUMN)} ${time}${behind}`.trimEnd());
    },
    fail: (text) => line(terminal.err.red("✗"), text),
    stop,
  };
}

/** Shows what is being read, on a terminal, until it is there; as nothing has been written yet, Ctrl-C ends it at once. */
export async function during<T>(
  terminal: Terminal,
  text: string,
  work: Promise<T> | ((update: (text: string) => void) => Promise<T>),
): Promise<T> {
  const progress = display(terminal, true);
  progress.begin(text);
  try {
    return await (typeof work === "function" ? work((now) => progress.update(now)) : work);
  } finally {
    progress.stop();
  }
}
