import { isAlias, isMap, isNode, isScalar, isSeq, type Document } from "yaml";
import { LIMITS } from "../model/limits.ts";
import {
  inline,
  NotPlain,
  scalar,
  type LockEntry,
  type LockList,
  type LockMap,
  type LockNode,
  type LockScalar,
} from "./lock-yaml-inline.ts";
import { readYaml, targetOf, type YamlProblem } from "./yaml.ts";

/** The documents of a file, or what is wrong with it. */
export type ReadLockYaml =
  | { readonly ok: true; readonly documents: readonly LockNode[] }
  | { readonly ok: false; readonly problem: YamlProblem };

/**
 * Reads YAML as package managers write it: block mappings and lists, scalars and brackets that end on their line. Lock
 * files have tens of thousands of lines, for which the library takes seconds and this takes milliseconds; what is
 * written in any other way, and what is wrong, is left to the library.
 */
export function readLockYaml(text: string): ReadLockYaml {
  try {
    return { ok: true, documents: new BlockReader(text).documents() };
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
  }
  const read = readYaml(text);
  if (!read.ok) return { ok: false, problem: read.problems[0] };
  const { documents, placeAt } = read.file;
  return { ok: true, documents: documents.map((document) => converted(document, placeAt)) };
}

const EMPTY: LockScalar = { kind: "scalar", text: "" };

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
}

/** A key before a colon: quoted, or plain, which can't begin with an indicator. */
const KEY =
  /^("(?:[^"\\]|\\["\\/])*"|'(?:[^']|'')*'|[^\s"'[\]{},#&*!|>%@`?:-](?:[^:#]|:(?=\S)|(?<=\S)#)*?|[?:-](?=\S)(?:[^:#]|:(?=\S)|(?<=\S)#)*?):(?:\s+(.*))?$/;
const BLOCK_SCALAR = /^[|>][+-]?$/;

/** Characters of a line. A pattern takes memory for each; of longer lines the library, which reads them by character, takes care. */
const LONGEST_LINE = 1_000_000;

class BlockReader {
  readonly #lines: Line[] = [];
  #at = 0;

  constructor(text: string) {
    for (const [index, raw] of text.split("\n").entries()) {
      const plain = raw.trimEnd();
      const bare = plain.trimStart();
      if (bare === "" || bare.startsWith("#")) continue;
      const indent = plain.length - bare.length;
      if (plain.lastIndexOf("\t", indent) >= 0 || raw.includes("\r") || raw.length > LONGEST_LINE)
        throw new NotPlain();
      this.#lines.push({ number: index + 1, indent, text: bare });
    }
  }

  documents(): LockNode[] {
    const documents: LockNode[] = [];
    for (let line = this.#lines[0]; line !== undefined; line = this.#lines[this.#at]) {
      if (line.indent === 0 && line.text === "---") {
        this.#at += 1;
        const next = this.#lines[this.#at];
        if (next === undefined || (next.indent === 0 && next.text === "---")) documents.push(EMPTY);
        continue;
      }
      documents.push(this.#block(0, 0));
      const next = this.#lines[this.#at];
      if (next !== undefined && !(next.indent === 0 && next.text === "---")) throw new NotPlain();
      if (documents.length > LIMITS.yamlDocuments) throw new NotPlain();
    }
    return documents;
  }

  /** What stands at an indentation of at least so much. */
  #block(least: number, depth: number): LockNode {
    const first = this.#lines[this.#at];
    if (first === undefined || first.indent < least || depth > LIMITS.yamlDepth) throw new NotPlain();
    return /^-( |$)/.test(first.text) ? this.#list(first.indent, depth) : this.#map(first.indent, depth);
  }

  #map(indent: number, depth: number): LockMap {
    const entries = new Map<string, LockEntry>();
    for (;;) {
      const current = this.#lines[this.#at];
      if (current === undefined || current.indent < indent || isMarker(current)) break;
      if (current.indent > indent || /^-( |$)/.test(current.text)) throw new NotPlain();
      const { key, rest } = this.#key(current);
      // Of a key that stands twice the library tells the place.
      if (entries.has(key)) throw new NotPlain();
      entries.set(key, { line: current.number, value: this.#value(rest, indent, depth) });
    }
    return { kind: "map", entries };
  }

  #key(line: Line): { key: string; rest: string | undefined } {
    this.#at += 1;
    if (line.text.startsWith("? ")) {
      // A key of more than 1024 characters, its value on the next line.
      const value = this.#lines[this.#at];
      if (value?.indent !== line.indent || !/^:( |$)/.test(value.text)) throw new NotPlain();
      this.#at += 1;
      return { key: scalar(line.text.slice(2).trim()).text, rest: value.text.slice(1).trim() || undefined };
    }
    const [, key, rest] = KEY.exec(line.text) ?? [];
    if (key === undefined) throw new NotPlain();
    return { key: scalar(key).text, rest: rest === "" ? undefined : rest };
  }

  #value(rest: string | undefined, indent: number, depth: number): LockNode {
    const next = this.#lines[this.#at];
    if (rest !== undefined && BLOCK_SCALAR.test(rest)) return this.#blockScalar(indent);
    if (rest !== undefined) {
      // A scalar that goes on in the next line.
      if (next !== undefined && next.indent > indent) throw new NotPlain();
      return inline(rest);
    }
    if (next === undefined || isMarker(next) || next.indent < indent) return EMPTY;
    if (next.indent > indent) return this.#block(indent + 1, depth + 1);
    // A list may be below its key without being indented.
    return /^-( |$)/.test(next.text) ? this.#list(indent, depth + 1) : EMPTY;
  }

  /** Of a text of several lines, which is a remark, blank lines are left out. */
  #blockScalar(indent: number): LockScalar {
    const lines: string[] = [];
    for (let next = this.#lines[this.#at]; next !== undefined && next.indent > indent;) {
      lines.push(next.text);
      this.#at += 1;
      next = this.#lines[this.#at];
    }
    return { kind: "scalar", text: lines.join("\n") };
  }

  #list(indent: number, depth: number): LockList {
    const items: LockNode[] = [];
    for (;;) {
      const current = this.#lines[this.#at];
      if (current?.indent !== indent || !/^-( |$)/.test(current.text)) break;
      const inner = current.text.slice(1).trimStart();
      const within = indent + current.text.length - inner.length;
      if (inner === "") {
        this.#at += 1;
        items.push(this.#value(undefined, indent, depth));
      } else if (KEY.test(inner) || /^-( |$)/.test(inner)) {
        // The item's first key stands on the line of its dash.
        this.#lines[this.#at] = { ...current, indent: within, text: inner };
        items.push(this.#block(within, depth + 1));
      } else {
        this.#at += 1;
        items.push(this.#value(inner, indent, depth));
      }
    }
    return { kind: "list", items };
  }
}

function isMarker({ indent, text }: Line): boolean {
  return indent === 0 && (text === "---" || text === "...");
}

function converted(
  document: Document.Parsed,
  placeAt: (offset: number) => { readonly line: number },
): LockNode {
  const convert = (node: unknown): LockNode => {
    if (isAlias(node)) return convert(targetOf(node));
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }): [string, LockEntry] => [
        isScalar(key) ? textOf(key.source, key.value) : "",
        { line: placeAt((isNode(key) && key.range?.[0]) || 0).line, value: convert(value) },
      ]);
      return { kind: "map", entries: new Map(entries) };
    }
    if (isSeq(node)) return { kind: "list", items: node.items.map(convert) };
    return isScalar(node) ? { kind: "scalar", text: textOf(node.source, node.value) } : EMPTY;
  };
  return convert(document.contents);
}

/** As it is written: `9.0` is the version 9.0, not the number 9. */
function textOf(source: string | undefined, value: unknown): string {
  return typeof value === "string" ? value : value === null ? "" : (source ?? "");
}
