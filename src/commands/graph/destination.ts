import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openInBrowser } from "../../files/open-in-browser.ts";
import { Failure } from "../../model/failure.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { TextBlock } from "../../output/text-block.ts";
import { requireWritable, writeAnswer } from "../shared/answer-file.ts";
import type { GraphFlags } from "./flags.ts";

/** Takes the picture to where it was asked for. */
export type Destination = (text: TextBlock) => Promise<void>;

/**
 * Where the picture goes: to a file, to a browser, or to stdout.
 * @throws Failure of kind `input` where it can't go
 */
export async function destinationOf(flags: GraphFlags, terminal: Terminal): Promise<Destination> {
  const { file, open = false, output } = flags;
  if (open && output !== "html")
    throw new Failure("input", "invalid-input", `--open requires -o html, not ${output}`);
  if (file !== undefined) await requireWritable(file);
  else if (output === "html" && !open && terminal.answersOnScreen) throw onScreen();
  if (file === undefined && !open) return async (text) => terminal.print(text);
  return async (text) => {
    const path = file ?? join(await mkdtemp(join(tmpdir(), "irsa-")), "graph.html");
    await writeAnswer(path, String(text), file === undefined ? FOR_THE_USER_ALONE : undefined);
    terminal.say(`  written to ${path}`);
    if (open) await openInBrowser(path);
  };
}

/** Access rights of a file that nobody else may read: roles and their policies are in it. */
const FOR_THE_USER_ALONE = 0o600;

function onScreen(): Failure {
  return new Failure("input", "invalid-input", "HTML can't be shown on a terminal", {
    advice: "Open it with --open, save it with --file irsa.html, or use -o text, mermaid, dot or json",
  });
}
