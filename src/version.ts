declare const IRSA_VERSION: string;

/** The package's version, put in by the build. */
export const VERSION: string = IRSA_VERSION;
