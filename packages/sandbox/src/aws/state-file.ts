import { join } from "node:path";
import { readJsonFile, unusable, writeJsonFile } from "../json-file.ts";
import { emptyAwsAccount, type AwsState } from "./state.ts";

const NAME = "aws.json";

/**
 * The state that a folder keeps; `undefined` when it keeps none yet.
 * @throws SandboxError `sandbox-state` when the file can't be read or is damaged
 */
export function loadState(folder: string): AwsState | undefined {
  const file = join(folder, NAME);
  const state = readJsonFile(file) as Partial<AwsState> | null | undefined;
  if (state === undefined) return undefined;
  if (typeof state?.awsAccounts !== "object") throw unusable(file, "is not a state that irsa has written");
  return { ...(state as AwsState), awsAccounts: completed(state.awsAccounts) };
}

/** A folder of an older version lacks what accounts have gained since. */
function completed(awsAccounts: AwsState["awsAccounts"]): AwsState["awsAccounts"] {
  return Object.fromEntries(
    Object.entries(awsAccounts).map(([id, awsAccount]) => [
      id,
      { ...emptyAwsAccount(awsAccount.awsAccount, awsAccount.partition), ...awsAccount },
    ]),
  );
}

/**
 * Writes each new state to a folder.
 * @throws SandboxError `sandbox-state` when the folder can't be written to.
 */
export function stateKeeper(folder: string): (state: AwsState) => void {
  return (state) => writeJsonFile(join(folder, NAME), state);
}
