/** The hexadecimal digest of a file: SHA-256, unless another is named. */
export declare function digestOf(path: string, algorithm?: string): string;
