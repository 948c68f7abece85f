/** The parts of a graph's page. The build replaces this file by the bundle of src/page, and so do tests (scripts/page.mjs). */
export const PAGE_SCRIPT: string = "";

/** Its style sheet. */
export const PAGE_STYLE: string = "";

/** The licenses of what is in the script. */
export const PAGE_NOTICES: string = "";
