import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { KubeconfigCase } from "./kubeconfigs.ts";

/** A case's files on disk, and the environment that leads to them. */
export interface PlacedCase {
  readonly folder: string;
  readonly environment: { readonly HOME: string; readonly KUBECONFIG: string };
}

/** Writes a case's files to a new folder; scripts are executable. */
export async function placeCase({ files, list = ["config"] }: KubeconfigCase): Promise<PlacedCase> {
  const folder = await mkdtemp(join(tmpdir(), "irsa-kubeconfigs-"));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { mode: name.endsWith(".sh") ? 0o755 : 0o644 });
  }
  const named = list.map((name) => (name === "" ? "" : join(folder, name)));
  return { folder, environment: { HOME: folder, KUBECONFIG: named.join(delimiter) } };
}
