import { isFailure, type Failure } from "./failure.ts";

/** What a read brings; a failure of it ends nothing: what comes then is what `instead` makes of it, or `undefined`. */
export async function recoverFailure<T, Instead = undefined>(
  read: () => Promise<T>,
  instead: (failure: Failure) => Instead = () => undefined as Instead,
): Promise<T | Instead> {
  try {
    return await read();
  } catch (error) {
    if (isFailure(error)) return instead(error);
    throw error;
  }
}
