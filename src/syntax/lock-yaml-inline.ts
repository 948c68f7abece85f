import { LIMITS } from "../model/limits.ts";

/** A value of a YAML file that only needs to be looked up: keys and scalars are texts. */
export type LockNode = LockScalar | LockList | LockMap;

/** A scalar as a text, whatever its type. */
export interface LockScalar {
  readonly kind: "scalar";
  readonly text: string;
}
/** A sequence. */
export interface LockList {
  readonly kind: "list";
  readonly items: readonly LockNode[];
}
/** A mapping. */
export interface LockMap {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, LockEntry>;
}
/** A value with the line of its key, from 1. */
export interface LockEntry {
  readonly line: number;
  readonly value: LockNode;
}

/** The text is YAML of another style than the one that is read here, or none. */
export class NotPlain extends Error {}

/** Escapes other than these, control characters, comments behind values, anchors and tags are the library's. */
const DOUBLE = /^"(?:[^"\\\p{Cc}]|\\["\\/])*"$/u;
const SINGLE = /^'(?:[^']|'')*'$/;
const PLAIN =
  /^[^\s"'[\]{},#&*!|>%@`?:-](?:[^:#]|:(?=\S)|(?<=\S)#)*$|^[?:-](?=\S)(?:[^:#]|:(?=\S)|(?<=\S)#)*$/;

/**
 * A scalar, or brackets that end on their line.
 * @throws NotPlain
 */
export function inline(text: string): LockNode {
  if (text.startsWith("{") || text.startsWith("[")) return new FlowReader(text).whole();
  return scalar(text);
}

/**
 * A scalar that is quoted without odd escapes, or plain.
 * @throws NotPlain
 */
export function scalar(text: string): LockScalar {
  if (DOUBLE.test(text)) return { kind: "scalar", text: JSON.parse(text) as string };
  if (SINGLE.test(text)) return { kind: "scalar", text: text.slice(1, -1).replaceAll("''", "'") };
  if (!PLAIN.test(text) || / #/.test(text)) throw new NotPlain();
  return { kind: "scalar", text: text === "null" || text === "~" ? "" : text };
}

/** Brackets on one line. */
class FlowReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): LockNode {
    const value = this.#value(0);
    if (this.#at !== this.#text.length) throw new NotPlain();
    return value;
  }

  #value(depth: number): LockNode {
    if (depth > LIMITS.yamlDepth) throw new NotPlain();
    if (this.#take("{")) return this.#map(depth);
    if (this.#take("[")) return this.#list(depth);
    return scalar(this.#word(/"(?:[^"\\]|\\["\\/])*"|'(?:[^']|'')*'|[^\s,{}[\]"'#&*!|>%@`][^,{}[\]#]*/y));
  }

  #map(depth: number): LockMap {
    const entries = new Map<string, LockEntry>();
    while (!this.#take("}")) {
      const key = scalar(
        this.#word(
          /"(?:[^"\\]|\\["\\/])*"|'(?:[^']|'')*'|[^\s,{}[\]"'#&*!|>%@`:?-](?:[^,{}[\]#:]|:(?=[^\s,{}[\]]))*/y,
        ),
      ).text;
      if (!this.#take(":") || entries.has(key)) throw new NotPlain();
      entries.set(key, { line: 0, value: this.#value(depth + 1) });
      if (!this.#take(",") && this.#text[this.#at] !== "}") throw new NotPlain();
    }
    return { kind: "map", entries };
  }

  #list(depth: number): LockList {
    const items: LockNode[] = [];
    while (!this.#take("]")) {
      items.push(this.#value(depth + 1));
      if (!this.#take(",") && this.#text[this.#at] !== "]") throw new NotPlain();
    }
    return { kind: "list", items };
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    this.#skip();
    return true;
  }

  #word(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) throw new NotPlain();
    this.#at += found.length;
    this.#skip();
    return found.trim();
  }

  #skip(): void {
    while (this.#text[this.#at] === " ") this.#at += 1;
  }
}
