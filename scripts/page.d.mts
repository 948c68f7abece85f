/** The file whose place the bundle takes. */
export declare const PAGE_PARTS: RegExp;

/** The module that takes its place. */
export declare function pageParts(): Promise<{ readonly contents: string }>;
