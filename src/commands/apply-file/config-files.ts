import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { text as readStream } from "node:stream/consumers";
import { reasonOf } from "../../files/reason.ts";
import type { Source } from "../../config/read-yaml.ts";
import type { Problems } from "../../model/problems.ts";

/**
 * The texts behind `-f`: files, the YAML and JSON files of folders (not of those inside them), and `-` for stdin.
 * What can't be read is noted.
 */
export async function readConfigFiles(names: readonly string[], problems: Problems): Promise<Source[]> {
  const lists = await Promise.all(names.map((name) => noting(name, problems, () => filesOf(name))));
  const files = lists.flat();
  const texts = await Promise.all(
    files.map((name) => noting(name, problems, async () => [await sourceOf(name)])),
  );
  return texts.flat();
}

async function filesOf(name: string): Promise<string[]> {
  if (name === "-" || !(await stat(name)).isDirectory()) return [name];
  const inside = await readdir(name);
  const files = inside.filter((file) => /\.(ya?ml|json)$/.test(file) && !file.startsWith(".")).toSorted();
  if (files.length === 0) throw new Error("the folder holds no YAML or JSON file");
  return files.map((file) => join(name, file));
}

async function sourceOf(name: string): Promise<Source> {
  if (name === "-") return { name: "stdin", text: await readStream(process.stdin) };
  return { name, text: await readFile(name, "utf8") };
}

async function noting<T>(name: string, problems: Problems, read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read();
  } catch (error) {
    problems.note("--filename", name, `can't be read: ${reasonOf(error)}`);
    return [];
  }
}
