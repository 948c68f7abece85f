import { line, type Piece } from "../../output/line.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Failure } from "../../model/failure.ts";
import { wrappedCommand } from "../../output/command-text.ts";
import { aligned, type Row } from "../../output/columns.ts";
import type { Terminal } from "../../output/terminal.ts";
import { ownCommand } from "../shared/own-command.ts";

/** Who tells the story: text, facts, and the commands that are really run. */
export interface Narrator {
  title(number: number, text: string): void;
  text(...lines: readonly Piece[]): void;
  facts(rows: readonly Row[]): void;
  /** Shows the command line and runs it, its output straight to the terminal. @throws Failure `demo` unless it exits 0 */
  run(args: readonly string[]): Promise<void>;
  readonly good: (text: string) => Piece;
  readonly bad: (text: string) => Piece;
}

/** A narrator on a terminal; its commands run in that environment and no other. */
export function narratorOn(
  { print, out }: Terminal,
  env: Readonly<Record<string, string | undefined>>,
): Narrator {
  return {
    title(number, text) {
      print("");
      print(out.bold(`${number}  ${text}`));
    },
    text(...lines) {
      print("");
      for (const text of lines) print(text === "" ? "" : line`  ${text}`);
    },
    facts(rows) {
      print("");
      aligned(rows, "    ").forEach(print);
    },
    async run(args) {
      print("");
      for (const part of wrappedCommand(["irsa", ...args])) print(line`  ${out.cyan(part)}`);
      const [program, ...leading] = ownCommand();
      const child = spawn(program, [...leading, ...args], { env, stdio: ["ignore", "inherit", "inherit"] });
      const [code] = (await once(child, "exit")) as [number | null];
      // Whatever ended the command ends the story: Ctrl-C, or a reader that has seen enough, which the next line shows.
      if (code !== null && code > 128) {
        print("");
        throw new Failure("interrupted", "interrupted", "interrupted");
      }
      if (code !== 0)
        throw new Failure("failed", "demo", `irsa ${args[0] ?? ""} exited with ${code ?? "a signal"}`);
    },
    good: (text) => out.green(text),
    bad: (text) => out.red(text),
  };
}
