import { emitKeypressEvents } from "node:readline";
import { withoutSecrets } from "../model/secrets.ts";
import type { Line } from "./line.ts";
import type { Terminal } from "./terminal.ts";
import type { ScreenSize } from "./watch-screen.ts";
import type { Key } from "./watch-view.ts";

/** The whole screen of a terminal, which is given back as it was. */
export interface Screen {
  readonly size: () => ScreenSize;
  /** Draws these lines from the top; nothing below them stays. */
  readonly draw: (lines: readonly Line[]) => void;
  readonly close: () => void;
}

/** What the screen tells. */
export interface ScreenEvents {
  readonly onKey: (key: Key) => void;
  readonly onResize: () => void;
}

// Source: ECMA-48 and xterm, "Control Sequences": the alternate screen, no cursor, no line that goes on in the next row.
const OPEN = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const CLOSE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const TO_TOP = "\u001b[H";
const PLAIN = "\u001b[0m";
const REST_OF_LINE = `${PLAIN}\u001b[K`;
const REST_OF_SCREEN = `${PLAIN}\u001b[J`;

/** What a terminal that does not tell its size has. */
const USUAL: ScreenSize = { columns: 80, rows: 24 };

/**
 * Takes the whole screen, and the keys. A terminal sends Ctrl-C as a key then: it becomes the signal again, which ends
 * the run as anywhere else.
 */
export function openScreen(terminal: Terminal, { onKey, onResize }: ScreenEvents): Screen {
  const { stdin, stdout } = process;
  const keyPressed = (text: string | undefined, { name, ctrl = false }: Key): void => {
    if (ctrl && name === "c") process.kill(process.pid, "SIGINT");
    else onKey({ name, ctrl, text });
  };
  const close = (): void => {
    if (!terminal.shown.delete(close)) return;
    stdin.off("keypress", keyPressed);
    stdout.off("resize", onResize);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(CLOSE);
  };
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on("keypress", keyPressed).resume();
  stdout.on("resize", onResize);
  terminal.shown.add(close);
  stdout.write(OPEN);
  return {
    size: () => ({ columns: stdout.columns || USUAL.columns, rows: stdout.rows || USUAL.rows }),
    draw: (lines) => {
      // Erased first: behind the last column, erasing would take the character in it.
      const text = lines.map((one, at) => {
        return `${at === lines.length - 1 ? REST_OF_SCREEN : REST_OF_LINE}${withoutSecrets(String(one))}`;
      });
      stdout.write(`${TO_TOP}${text.join("\n")}${PLAIN}`);
    },
    close,
  };
}
