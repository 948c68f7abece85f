import { isCollection, isAlias, LineCounter, parseAllDocuments, visit, type Document } from "yaml";
import { invalid, valid, type Parsed } from "../model/problems.ts";

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
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, {
    keepSourceTokens: true,
    lineCounter: counter,
    merge: true,
    prettyErrors: false,
    logLevel: "silent",
  });
  const documents: readonly Document[] = Array.isArray(parsed) ? parsed : [];
  const lineAt = (offset: number): number => counter.linePos(offset).line;
  const first = documents.map((document) => problemOf(document, text)).find((one) => one !== undefined);
  if (first === undefined) return valid({ text, documents, lineAt });
  return invalid(`line ${lineAt(first.offset)}: ${first.message}`);
}

interface PlacedProblem {
  readonly offset: number;
  readonly message: string;
}

function problemOf(document: Document, text: string): PlacedProblem | undefined {
  const [error] = document.errors;
  if (error !== undefined) {
    const advice = text.includes("{{") ? "; a template must be rendered first" : "";
    return { offset: error.pos[0], message: `is no YAML: ${error.message}${advice}` };
  }
  let found: PlacedProblem | undefined;
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      found = { offset: alias.range?.[0] ?? 0, message: `*${alias.source} stands for nothing before it` };
      return visit.BREAK;
    },
    Pair: (_key, { key }) => {
      if (!isCollection(key) || isAlias(key)) return undefined;
      const message = text.startsWith("{{", (key.range?.[0] ?? 0) - 1)
        ? "is a template, which must be rendered first"
        : "has a collection as a key, which no manifest has";
      found = { offset: key.range?.[0] ?? 0, message };
      return visit.BREAK;
    },
  });
  return found;
}
