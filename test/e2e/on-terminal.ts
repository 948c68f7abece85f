import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { vi } from "vitest";
import { OWN_COMMAND } from "./irsa.ts";
import { PATIENCE } from "../worlds/patience.ts";

/** A run of the built command line on a terminal, with someone at the keyboard. */
export interface TerminalRun {
  /** Everything that was sent to the screen so far, without colors and cursor movements. */
  readonly screen: () => string;
  /** The same with them. */
  readonly sent: () => string;
  /** Waits until the screen has shown that. */
  readonly sees: (text: string) => Promise<void>;
  /** Waits until the screen has shown that since the last key. */
  readonly seesAfterKey: (text: string) => Promise<void>;
  readonly types: (keys: string) => void;
  /** Closes the window: nothing is shown or typed any more. */
  readonly closes: () => void;
  /** The exit code; 128 + n where signal n ended the run. */
  readonly exited: Promise<number>;
}

export const ENTER = "\r";
export const DOWN = "\u001b[B";
export const CTRL_C = "\u0003";

const PSEUDO_TERMINAL = fileURLToPath(new URL("terminal.py", import.meta.url));

/** Starts the built `irsa` on a pseudo-terminal, in this environment and no other. Needs python3. */
export function onTerminal(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): TerminalRun {
  const child = spawn("python3", [PSEUDO_TERMINAL, ...OWN_COMMAND, ...args], {
    env: { TERM: "xterm-256color", ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  let atKey = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
  // Keys typed when the run has ended go nowhere.
  child.stdin.on("error", () => undefined);
  const screen = (from = 0): string => stripVTControlCharacters(shown.slice(from));
  const sees = (text: string, from: number): Promise<void> =>
    vi.waitFor(() => {
      if (!screen(from).includes(text)) throw new Error(`the screen does not show '${text}':\n${screen()}`);
    }, PATIENCE);
  return {
    screen: () => screen(),
    sent: () => shown,
    sees: (text) => sees(text, 0),
    seesAfterKey: (text) => sees(text, atKey),
    types: (keys) => {
      atKey = shown.length;
      child.stdin.write(keys);
    },
    closes: () => void child.stdin.end(),
    exited: new Promise((resolve) => {
      child.once("close", (code) => resolve(code ?? -1));
    }),
  };
}
