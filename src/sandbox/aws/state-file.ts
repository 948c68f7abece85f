import { join } from "node:path";
import { readJsonFile, writeJsonFile } from "../json-file.ts";
import { emptyAccount, type AwsState } from "./state.ts";

const NAME = "aws.json";

/**
 * The state that a folder keeps; `undefined` when it keeps none yet.
 * @throws Error when the file can't be read, SyntaxError when it is damaged.
 */
export function loadState(folder: string): AwsState | undefined {
  const state = readJsonFile(join(folder, NAME)) as AwsState | undefined;
  return state && { ...state, accounts: completed(state.accounts) };
}

/** A folder of an older version lacks what accounts have gained since. */
function completed(accounts: AwsState["accounts"]): AwsState["accounts"] {
  return Object.fromEntries(
    Object.entries(accounts).map(([id, account]) => [
      id,
      { ...emptyAccount(account.account, account.partition), ...account },
    ]),
  );
}

/**
 * Writes each new state to a folder.
 * @throws Error when the folder can't be written to.
 */
export function stateKeeper(folder: string): (state: AwsState) => void {
  return (state) => writeJsonFile(join(folder, NAME), state);
}
