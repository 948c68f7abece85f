import { join } from "node:path";
import { readJsonFile, writeJsonFile } from "../json-file.ts";
import type { AwsState } from "./state.ts";

const NAME = "aws.json";

/**
 * The state that a folder keeps; `undefined` when it keeps none yet.
 * @throws Error when the file can't be read, SyntaxError when it is damaged.
 */
export function loadState(folder: string): AwsState | undefined {
  return readJsonFile(join(folder, NAME)) as AwsState | undefined;
}

/**
 * Writes each new state to a folder.
 * @throws Error when the folder can't be written to.
 */
export function stateKeeper(folder: string): (state: AwsState) => void {
  return (state) => writeJsonFile(join(folder, NAME), state);
}
