import { join } from "node:path";
import { readJsonFile, unusable, writeJsonFile } from "../json-file.ts";
import { emptyAccount, type AwsState } from "./state.ts";

const NAME = "aws.json";

/**
 * The state that a folder keeps; `undefined` when it keeps none yet.
 * @throws Failure `sandbox-state` when the file can't be read or is damaged
 */
export function loadState(folder: string): AwsState | undefined {
  const file = join(folder, NAME);
  const state = readJsonFile(file) as Partial<AwsState> | null | undefined;
  if (state === undefined) return undefined;
  if (typeof state?.accounts !== "object") throw unusable(file, "is not a state that irsa has written");
  return { ...(state as AwsState), accounts: completed(state.accounts) };
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
