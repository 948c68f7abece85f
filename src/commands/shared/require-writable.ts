import { checkWritable } from "../../files/write-in-place.ts";
import { Problems } from "../../model/problems.ts";

/**
 * Checks `--file` before anything is read that would be lost.
 * @throws Failure of kind `input` where the file can't be written
 */
export async function requireWritable(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const check = await checkWritable(file);
  const problems = new Problems();
  problems.take("--file", file, () => check);
  problems.throwIfAny();
}
