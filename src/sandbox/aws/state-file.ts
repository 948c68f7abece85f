import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsState } from "./state.ts";

const NAME = "aws.json";

/**
 * The state that a folder keeps; `undefined` when it keeps none yet.
 * @throws Error when the file can't be read, SyntaxError when it is damaged.
 */
export function loadState(folder: string): AwsState | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, NAME), "utf8")) as AwsState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Writes each new state to a folder, whole or not at all, readable by this user alone (it has throw-away keys in it).
 * @throws Error when the folder can't be written to.
 */
export function stateKeeper(folder: string): (state: AwsState) => void {
  return (state) => {
    const unfinished = join(folder, `${NAME}.new`);
    writeFileSync(unfinished, `${JSON.stringify(state, undefined, 1)}\n`, { mode: 0o600 });
    renameSync(unfinished, join(folder, NAME));
  };
}
