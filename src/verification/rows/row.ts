import type { LinkName } from "../links.ts";

/** Where a problem belongs: its row in docs/failure-modes.md, its link, and a short title. */
export interface Row {
  readonly row: string;
  readonly link: LinkName;
  readonly title: string;
}
