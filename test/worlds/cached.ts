import { randomUUID } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/**
 * A folder in the user's cache, made on first use. It is made beside its place and moved there whole, so that
 * parallel runs never see half of one.
 * @param make fills the folder that it is given
 */
export async function cachedFolder(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const place = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "irsa", name);
  if (await exists(place)) return place;
  // Several threads of a process may make it too.
  const unfinished = `${place}.${randomUUID()}`;
  try {
    await mkdir(dirname(place), { recursive: true });
    await make(unfinished);
    await rename(unfinished, place).catch(async (error: unknown) => {
      if (!(await exists(place))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return place;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
