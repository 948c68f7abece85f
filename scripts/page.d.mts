import type { Plugin } from "esbuild";

/** The file whose place the bundle takes. */
export declare const PAGE_PARTS: RegExp;

/** The module that takes its place. */
export declare function pageParts(): Promise<{ readonly contents: string }>;

/** The plugin that puts it there. */
export declare function pageWithin(parts: { readonly contents: string }): Plugin;
