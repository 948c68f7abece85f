/**
 * What the page of a graph is made of. The build puts the bundle of src/page in the place of this file, tests do so too
 * (scripts/page.mjs): neither script nor style is ever written by hand.
 */
export const PAGE_SCRIPT: string = "";

/** Its style sheet. */
export const PAGE_STYLE: string = "";

/** The licenses of what is in the script. */
export const PAGE_NOTICES: string = "";
