import type { Piece, Styles } from "./line.ts";
import { shownChange } from "../model/change-facts.ts";
import type { ShownDocument } from "../model/change-kind-row.ts";
import type { Change } from "../model/change.ts";
import { documentDiff, documentLines } from "./documents.ts";

/** True if a change has policy documents that are only shown with `--show-documents`. */
export function hidesDocuments(change: Change): boolean {
  return shownChange(change).documents.some((document) => !isAlwaysShown(document));
}

/** A document that replaces another is shown by what differs; others only where they are asked for. */
export function shownDocument(document: ShownDocument, color: Styles, withDocuments: boolean): Piece[] {
  if (!withDocuments && !isAlwaysShown(document)) return [];
  if ("template" in document) return document.template.split("\n");
  const { before, after } = document;
  return before === undefined && after !== undefined
    ? documentLines(after)
    : documentDiff(before, after, color);
}

function isAlwaysShown(document: ShownDocument): boolean {
  return "before" in document && "after" in document;
}
