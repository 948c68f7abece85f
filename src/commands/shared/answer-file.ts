import { checkWritable, writeOut } from "../../files/write-in-place.ts";
import { Problems } from "../../model/problems.ts";
import { withoutSecrets } from "../../model/secrets.ts";

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

/**
 * Writes what would be printed without `--file`: as that is, without the secrets in it.
 * @param mode the access rights of a file that is not there yet
 * @throws Failure `not-written`
 */
export async function writeAnswer(file: string, text: string, mode?: number): Promise<void> {
  await writeOut(file, withoutSecrets(text), mode);
}
