import type { LinkName } from "../links.ts";

/** Where a fault belongs: its row in docs/failure-modes.md, its link, and what it is in a few words. */
export interface Row {
  readonly row: string;
  readonly link: LinkName;
  readonly title: string;
}
