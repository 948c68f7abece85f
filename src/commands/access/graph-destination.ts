import { Problems } from "../../model/problems.ts";
import { checkWritable, writeOut } from "../../files/write-in-place.ts";
import type { Terminal } from "../../output/terminal.ts";
import type { GraphFlags } from "./graph.ts";

/** Takes the picture to where it was asked for. */
export type Destination = (text: string) => Promise<void>;

/**
 * Where the picture goes: to a file, or to stdout.
 * @throws Failure of kind `input` where it can't go
 */
export async function destinationOf({ file }: GraphFlags, terminal: Terminal): Promise<Destination> {
  if (file === undefined) return async (text) => terminal.write(`${text}\n`);
  const check = await checkWritable(file);
  const problems = new Problems();
  problems.take("--file", file, () => check);
  problems.throwIfAny();
  return async (text) => {
    await writeOut(file, `${text}\n`);
    terminal.say(`  written to ${file}`);
  };
}
