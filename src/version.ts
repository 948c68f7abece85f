declare const IRSA_VERSION: string;
declare const IRSA_HOMEPAGE: string;

/** The package's version, put in by the build. */
export const VERSION: string = IRSA_VERSION;

/** Where the docs are: `homepage` of package.json, put in by the build. */
export const HOMEPAGE: string = IRSA_HOMEPAGE;
