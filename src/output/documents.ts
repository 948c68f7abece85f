import { structuredPatch } from "diff";
import type { ChalkInstance } from "chalk";
import type { PolicyDocument } from "../model/trust-policy/document.ts";

/** A policy document as indented JSON, line by line. */
export function documentLines(document: PolicyDocument): string[] {
  return JSON.stringify(document, null, 2).split("\n");
}

/** What differs between two policy documents, as a unified diff with three lines around each difference. */
export function documentDiff(
  before: PolicyDocument | undefined,
  after: PolicyDocument | undefined,
  colour: ChalkInstance,
): string[] {
  const text = (document: PolicyDocument | undefined): string =>
    document === undefined ? "" : `${documentLines(document).join("\n")}\n`;
  const patch = structuredPatch("before", "after", text(before), text(after), "", "", { context: 3 });
  return patch.hunks.flatMap(({ lines }) => lines.map((line) => colourLine(line, colour)));
}

function colourLine(line: string, colour: ChalkInstance): string {
  if (line.startsWith("+")) return colour.green(line);
  return line.startsWith("-") ? colour.red(line) : line;
}
