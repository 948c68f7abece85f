import type { Piece, Styles } from "./line.ts";
import { jsonText } from "./json.ts";
import { structuredPatch, type StructuredPatchHunk } from "diff";
import type { PolicyDocument } from "../model/trust-policy/document.ts";

/** A policy document as indented JSON, line by line. */
export function documentLines(document: PolicyDocument): string[] {
  return jsonText(document, 2).split("\n");
}

/** What differs between two policy documents, as a unified diff with three lines around each difference. */
export function documentDiff(
  before: PolicyDocument | undefined,
  after: PolicyDocument | undefined,
  color: Styles,
): Piece[] {
  const text = (document: PolicyDocument | undefined): string =>
    document === undefined ? "" : `${jsonText(document, 2)}\n`;
  const hunks = hunksOf(text(before), text(after));
  if (hunks === undefined) return ["(too many lines differ to be shown)"];
  return hunks.flatMap(({ lines }) => lines.map((line) => colorLine(line, color)));
}

/** What differs between two states of a file, as a unified diff with its head. */
export function fileDiff(path: string, before: string, after: string, color: Styles): Piece[] {
  const hunks = hunksOf(before, after);
  if (hunks === undefined) return [color.bold(`--- ${path}`), "  (too many lines differ to be shown)"];
  if (hunks.length === 0) return [];
  return [
    color.bold(`--- ${path}`),
    color.bold(`+++ ${path}`),
    ...hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      color.dim(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`),
      ...lines.map((line) => colorLine(line.replace(/\r$/, ""), color)),
    ]),
  ];
}

/** The time to find the differences grows with the square of their number. */
const MOST_EDITS = 4_000;

function hunksOf(before: string, after: string): StructuredPatchHunk[] | undefined {
  const options = { context: 3, maxEditLength: MOST_EDITS };
  return structuredPatch("before", "after", before, after, "", "", options)?.hunks;
}

function colorLine(line: string, color: Styles): Piece {
  if (line.startsWith("+")) return color.green(line);
  return line.startsWith("-") ? color.red(line) : line;
}
