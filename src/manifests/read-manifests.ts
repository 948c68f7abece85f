import { isAlias, isCollection, visit, type Document } from "yaml";
import { invalid, valid, type Parsed } from "../model/problems.ts";
import { readYaml } from "../syntax/yaml.ts";

/** The documents of a manifest file, with the text that their nodes' ranges point into. */
export interface Manifests {
  readonly text: string;
  readonly documents: readonly Document[];
  /** The line, from 1, of an offset. */
  readonly lineAt: (offset: number) => number;
}

/**
 * Reads a manifest file: YAML of any number of documents, or JSON. Merge keys are heeded, since kubectl heeds them.
 * The problem is the first one, with its place.
 */
export function readManifests(text: string): Parsed<Manifests> {
  const read = readYaml(text, { keepSourceTokens: true, merge: true });
  if (!read.ok) {
    const [{ line, message }] = read.problems;
    const advice = isTemplate(text) ? "; render the template first" : "";
    return invalid(`line ${line}: ${message}${advice}`);
  }
  const { documents, placeAt } = read.file;
  const lineAt = (offset: number): number => placeAt(offset).line;
  const first = documents.map((document) => problemOf(document, text)).find((one) => one !== undefined);
  if (first === undefined) return valid({ text, documents, lineAt });
  return invalid(`line ${lineAt(first.offset)}: ${first.message}`);
}

/** True for a text with Helm or Jinja template syntax, which is not YAML until it is rendered. */
export function isTemplate(text: string): boolean {
  return text.includes("{{") || text.includes("{%");
}

interface PlacedProblem {
  readonly offset: number;
  readonly message: string;
}

function problemOf(document: Document, text: string): PlacedProblem | undefined {
  let found: PlacedProblem | undefined;
  visit(document, {
    Pair: (_key, { key }) => {
      if (!isCollection(key) || isAlias(key)) return undefined;
      const message = text.startsWith("{{", (key.range?.[0] ?? 0) - 1)
        ? "is a template that must be rendered first"
        : "has a collection as a key";
      found = { offset: key.range?.[0] ?? 0, message };
      return visit.BREAK;
    },
  });
  return found;
}
