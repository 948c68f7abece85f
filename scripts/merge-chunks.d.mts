import type { BuildOptions, Metafile, OutputFile } from "esbuild";

/** Writes what esbuild split with fewer files. */
export declare function mergeChunks(
  split: { readonly outputFiles: readonly OutputFile[]; readonly metafile: Metafile },
  alwaysLoaded: readonly string[],
  options: BuildOptions,
): Promise<void>;
