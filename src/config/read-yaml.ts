import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { LIMITS } from "../model/limits.ts";
import type { Problems } from "../model/problems.ts";
import { readYaml as readYamlFile, targetOf } from "../syntax/yaml.ts";
import { placeText, type Place } from "./place.ts";
import type { Tree, TreeEntry } from "./tree.ts";

/** A file's name and text. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads a file's YAML documents, empty ones left out. YAML 1.1, as eksctl reads it: `yes` is true, `<<` merges. Dates
 * and sexagesimal numbers stay text, as there. Syntax errors are noted, and then nothing comes back.
 */
export function readYaml({ name, text }: Source, problems: Problems): readonly Tree[] {
  const read = readYamlFile(text, {
    version: "1.1",
    merge: true,
    customTags: (tags) =>
      tags.filter(
        (tag) => typeof tag === "string" || (!tag.tag.endsWith(":timestamp") && tag.format !== "TIME"),
      ),
  });
  if (!read.ok) {
    for (const { message, ...place } of read.problems)
      problems.note(placeText({ file: name, ...place }), "", message);
    return [];
  }
  const { documents, placeAt } = read.file;
  const reader = new TreeReader((offset) => ({ file: name, ...placeAt(offset) }), text);
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
    return this.#tree(contents);
  }

  #tree(node: Node): Tree {
    const at = this.#placeAt(node.range?.[0] ?? 0);
    this.#values += 1;
    if (this.#values > LIMITS.yamlValues)
      throw new Unreadable(at, `has more than ${LIMITS.yamlValues} values (with aliases expanded)`);
    if (isAlias(node)) {
      const target = targetOf(node);
      if (target === undefined) throw new Unreadable(at, "has an alias without an anchor before it");
      return this.#tree(target);
    }
    if (isMap(node)) return { kind: "map", at, entries: this.#entries(node) };
    if (isSeq(node))
      return {
        kind: "list",
        at,
        items: node.items.map((item) => this.#tree(item as Node)),
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
  #entries(map: YAMLMap): TreeEntry[] {
    const pairs = map.items as Pair<Node, Node | null>[];
    const own = pairs
      .filter((pair) => !isMerge(pair))
      .map(({ key, value }): TreeEntry => {
        const keyAt = this.#placeAt(key.range?.[0] ?? 0);
        const nothing: Tree = { kind: "scalar", at: keyAt, value: null, source: "" };
        return {
          key: isScalar(key) && typeof key.value === "string" ? key.value : this.#source(key),
          keyAt,
          value: value === null ? nothing : this.#tree(value),
        };
      });
    const merged = pairs.filter(isMerge).flatMap(({ value }) => (value === null ? [] : this.#merged(value)));
    if (merged.length === 0) return own;
    // What is there first counts, and so a mapping's own keys do before those that are merged.
    const byKey = new Map([...own, ...merged].toReversed().map((entry) => [entry.key, entry]));
    const keys = new Set([...own, ...merged].map(({ key }) => key));
    return [...keys].flatMap((key) => byKey.get(key) ?? []);
  }

  #merged(value: Node): readonly TreeEntry[] {
    const tree = this.#tree(value);
    const maps = tree.kind === "list" ? tree.items : [tree];
    return maps.flatMap((one) => {
      if (one.kind !== "map") throw new Unreadable(one.at, "'<<' requires a mapping");
      return one.entries;
    });
  }
}

/** YAML 1.1's merge key, which the library reads as a symbol. */
function isMerge({ key }: Pair<Node, Node | null>): boolean {
  if (!isScalar(key)) return false;
  return typeof key.value === "symbol" || key.value === "<<";
}
