import type { Source } from "../../config/read-yaml.ts";
import { MANIFEST_FILES, readInputFiles } from "../../files/input-files.ts";
import { STDIN } from "../../files/read-file.ts";
import { Problems } from "../../model/problems.ts";

const WANTED = {
  ...MANIFEST_FILES,
  isWanted: (name: string, path: string) => MANIFEST_FILES.isWanted(name, path) && !name.startsWith("."),
  flat: true,
};

/**
 * The texts behind `-f`: files, the YAML and JSON files of folders (not of those inside them), and `-` for stdin.
 * What can't be read is noted.
 */
export async function readConfigFiles(names: readonly string[], problems: Problems): Promise<Source[]> {
  if (names.length === 0) problems.note("--filename", "", "must be a file or directory");
  const own = new Problems();
  const files = await readInputFiles(names, WANTED, own);
  for (const { where, problem } of own.list) problems.note("--filename", where, problem);
  return files.map(({ path, text }) => ({ name: path === STDIN ? "stdin" : path, text }));
}
