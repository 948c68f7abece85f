import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";
import type { Problems } from "../model/problems.ts";
import { placeText, type Place } from "./place.ts";
import type { Tree, TreeEntry } from "./tree.ts";

/** A file's name and text. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** More values than any real file has; anchors that hold anchors could otherwise grow without end. */
const MOST_VALUES = 200_000;

/**
 * Reads a file's YAML documents, empty ones left out. YAML 1.1, as eksctl reads it: `yes` is true, `<<` merges. Dates
 * and sexagesimal numbers stay text, as there. Syntax errors are noted, and then nothing comes back.
 */
export function readYaml({ name, text }: Source, problems: Problems): readonly Tree[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.1",
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
    customTags: (tags) =>
      tags.filter(
        (tag) => typeof tag === "string" || (!tag.tag.endsWith(":timestamp") && tag.format !== "TIME"),
      ),
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: name, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (!Array.isArray(documents)) return [];
  const errors = documents.flatMap((document) => document.errors);
  for (const { pos, message } of errors) problems.note(placeText(placeAt(pos[0])), "", message);
  if (errors.length > 0) return [];
  const reader = new TreeReader(placeAt, text);
  try {
    return documents.flatMap((document) => reader.read(document) ?? []);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    problems.note(placeText(error.at), "", error.message);
    return [];
  }
}

/** Something that YAML allows and that can't be meant. */
class Unreadable extends Error {
  readonly at: Place;

  constructor(at: Place, message: string) {
    super(message);
    this.at = at;
  }
}

/** Turns the syntax tree of one file into ours: anchors and merges resolved, each value with its place. */
class TreeReader {
  readonly #placeAt: (offset: number) => Place;
  readonly #text: string;
  #values = 0;

  constructor(placeAt: (offset: number) => Place, text: string) {
    this.#placeAt = placeAt;
    this.#text = text;
  }

  read(document: Document.Parsed): Tree | undefined {
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return undefined;
    return this.#tree(contents, document, []);
  }

  #tree(node: Node, document: Document, within: readonly Node[]): Tree {
    const at = this.#placeAt(node.range?.[0] ?? 0);
    this.#values += 1;
    if (this.#values > MOST_VALUES)
      throw new Unreadable(at, `holds more than ${MOST_VALUES} values, its anchors counted each time`);
    if (within.includes(node)) throw new Unreadable(at, "an anchor holds itself");
    const inside = [...within, node];
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target === undefined) throw new Unreadable(at, `there is no anchor '${node.source}'`);
      return this.#tree(target, document, inside);
    }
    if (isMap(node)) return { kind: "map", at, entries: this.#entries(node, document, inside) };
    if (isSeq(node))
      return {
        kind: "list",
        at,
        items: node.items.map((item) => this.#tree(item as Node, document, inside)),
      };
    return this.#scalar(node, at);
  }

  #scalar(node: Scalar, at: Place): Tree {
    const { value } = node;
    const source = this.#source(node);
    // YAML 1.1 takes `y` and `n` for booleans; the Go library that eksctl reads with does not.
    if (typeof value === "boolean" && /^[yn]$/i.test(source))
      return { kind: "scalar", at, value: source, source };
    const plain =
      typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null;
    return { kind: "scalar", at, value: plain ? value : source, source };
  }

  #source({ range }: Node): string {
    return this.#text.slice(range?.[0] ?? 0, range?.[1] ?? 0);
  }

  /** A mapping's own keys, and after them those of the mappings that it merges. */
  #entries(map: YAMLMap, document: Document, within: readonly Node[]): TreeEntry[] {
    const pairs = map.items as Pair<Node, Node | null>[];
    const own = pairs
      .filter((pair) => !isMerge(pair))
      .map(({ key, value }): TreeEntry => {
        const keyAt = this.#placeAt(key.range?.[0] ?? 0);
        const nothing: Tree = { kind: "scalar", at: keyAt, value: null, source: "" };
        return {
          key: isScalar(key) && typeof key.value === "string" ? key.value : this.#source(key),
          keyAt,
          value: value === null ? nothing : this.#tree(value, document, within),
        };
      });
    const merged = pairs
      .filter(isMerge)
      .flatMap(({ value }) => (value === null ? [] : this.#merged(value, document, within)));
    return merged.reduce(
      (entries, one) => (entries.some(({ key }) => key === one.key) ? entries : [...entries, one]),
      own,
    );
  }

  #merged(value: Node, document: Document, within: readonly Node[]): readonly TreeEntry[] {
    const tree = this.#tree(value, document, within);
    const maps = tree.kind === "list" ? tree.items : [tree];
    return maps.flatMap((one) => {
      if (one.kind !== "map") throw new Unreadable(one.at, "'<<' merges mappings, and this is none");
      return one.entries;
    });
  }
}

/** YAML 1.1's merge key, which the library reads as a symbol. */
function isMerge({ key }: Pair<Node, Node | null>): boolean {
  if (!isScalar(key)) return false;
  return typeof key.value === "symbol" || key.value === "<<";
}
