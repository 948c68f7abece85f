/** What counts of esbuild's account. */
export interface Outputs {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

export function bundledFiles(metafile: Outputs): string[];
export function bundledPackages(metafile: Outputs, also?: readonly string[]): string[];
