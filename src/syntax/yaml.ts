import {
  Composer,
  CST,
  isAlias,
  isCollection,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  Parser,
  type Alias,
  type Document,
  type DocumentOptions,
  type Node,
  type ParseOptions,
  type SchemaOptions,
} from "yaml";
import { shownKey } from "../model/json.ts";
import { LIMITS } from "../model/limits.ts";
import { PROBLEMS, TooMuch } from "./yaml-problems.ts";

/** A YAML file that has been read: its documents, and where in it things stand. */
export interface YamlFile {
  readonly documents: readonly Document.Parsed[];
  readonly placeAt: (offset: number) => YamlPlace;
}

/** A place in a text, both from 1. */
export interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a text that was to be YAML. None of the text is in it: it may be anything, credentials too. */
export interface YamlProblem extends YamlPlace {
  readonly message: string;
}

/** The file, or everything that is wrong with it. */
export type ReadYaml =
  | { readonly ok: true; readonly file: YamlFile }
  | { readonly ok: false; readonly problems: readonly [YamlProblem, ...YamlProblem[]] };

/** How the library is to take the text, less what this module sees to. */
export type YamlOptions = Omit<
  ParseOptions & DocumentOptions & SchemaOptions,
  "lineCounter" | "prettyErrors" | "uniqueKeys" | "logLevel"
>;

/** What the aliases of files stand for: found once when a file is read, as the library would look through it for each. */
const TARGETS = new WeakMap<Alias, Node>();
const ALIASES = new WeakMap<Node, Alias>();

/** What an alias of a file that was read here stands for. */
export function targetOf(alias: Alias): Node | undefined {
  return TARGETS.get(alias);
}

/** The first alias that stands for a node. */
export function firstAliasOf(node: Node): Alias | undefined {
  return ALIASES.get(node);
}

/**
 * Reads YAML of any number of documents within limits (`LIMITS`), in time and memory that grow with the text alone: the
 * library composes by recursion, compares keys pair by pair and looks through a document for each alias.
 */
export function readYaml(text: string, options: YamlOptions = {}): ReadYaml {
  const counter = new LineCounter();
  const placeAt = (offset: number): YamlPlace => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    checkTokens(text);
    const documents = compose(text, counter, options);
    const errors = documents.flatMap((document) => document.errors);
    const problems = errors.map(({ pos, code }) => ({ ...placeAt(pos[0]), message: PROBLEMS[code] }));
    const [first, ...more] = problems;
    if (first !== undefined) return { ok: false, problems: [first, ...more.slice(0, MOST_PROBLEMS - 1)] };
    let size = 0;
    for (const document of documents) size += examine(document, LIMITS.yamlExpandedNodes - size);
    return { ok: true, file: { documents, placeAt } };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { ok: false, problems: [{ ...placeIn(text, error.offset), message: error.message }] };
  }
}

/** As `placeAt`, of a text that has not been parsed to its end. */
function placeIn(text: string, offset: number): YamlPlace {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** After so many the reader has seen what kind of file it is. */
const MOST_PROBLEMS = 20;

function compose(text: string, counter: LineCounter, options: YamlOptions): Document.Parsed[] {
  const composer = new Composer({
    ...options,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: "silent",
  });
  const documents: Document.Parsed[] = [];
  for (const document of composer.compose(tokensOf(text, counter))) {
    documents.push(document);
    if (documents.length > LIMITS.yamlDocuments)
      throw new TooMuch(document.range[0], `has more than ${LIMITS.yamlDocuments} documents`);
  }
  return documents;
}

/** Counts what a file is made of, which takes a tenth of the time that it takes to parse it. */
function checkTokens(text: string): void {
  let [tokens, aliases, offset] = [0, 0, 0];
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1;
    if (lexeme.startsWith("*")) aliases += 1;
    if (tokens > LIMITS.yamlTokens) throw new TooMuch(offset, `has more than ${LIMITS.yamlTokens} tokens`);
    if (aliases > LIMITS.yamlAliases)
      throw new TooMuch(offset, `has more than ${LIMITS.yamlAliases} aliases`);
    // The lexer's own control characters, which are not part of the text.
    if (lexeme !== CST.DOCUMENT && lexeme !== CST.FLOW_END && lexeme !== CST.SCALAR) offset += lexeme.length;
  }
}

/** The parser's documents, as far as they nest no deeper than they may. */
function* tokensOf(text: string, counter: LineCounter) {
  const parser = new Parser(counter.addNewLine);
  counter.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > LIMITS.yamlDepth)
      throw new TooMuch(parser.offset, `nests deeper than ${LIMITS.yamlDepth} levels`);
  }
  yield* parser.end();
}

interface Extent {
  readonly size: number;
  readonly depth: number;
}

/**
 * Finds what each alias stands for, and keys that stand twice.
 * @returns how many values the document has, those behind its aliases counted each time
 * @throws TooMuch if they are too many, or an alias stands for nothing or for what it is in
 */
function examine(document: Document.Parsed, most: number): number {
  const anchors = new Map<string, Node>();
  const extents = new Map<Node, Extent>();
  const visit = (node: Node): Extent => {
    if (isAlias(node)) return follow(node);
    if ("anchor" in node && typeof node.anchor === "string") anchors.set(node.anchor, node);
    const extent = isCollection(node) ? inside(node) : { size: 1, depth: 1 };
    extents.set(node, extent);
    return extent;
  };
  const follow = (alias: Alias): Extent => {
    const offset = alias.range?.[0] ?? 0;
    const target = anchors.get(alias.source);
    if (target === undefined) throw new TooMuch(offset, "has an alias without an anchor before it");
    const extent = extents.get(target);
    if (extent === undefined) throw new TooMuch(offset, "has an anchor that contains itself");
    TARGETS.set(alias, target);
    if (!ALIASES.has(target)) ALIASES.set(target, alias);
    return extent;
  };
  const inside = (collection: Node & { items: unknown[] }): Extent => {
    const offset = collection.range?.[0] ?? 0;
    const keys = new Set<unknown>();
    let [size, depth] = [1, 0];
    for (const item of collection.items) {
      const parts = isPair(item) ? [item.key, item.value] : [item];
      if (isPair(item) && isScalar(item.key)) {
        const { value, range } = item.key;
        if (keys.has(value))
          throw new TooMuch(
            range?.[0] ?? offset,
            `is not valid YAML: duplicate key '${shownKey(String(value))}'`,
          );
        keys.add(value);
      }
      for (const part of parts) {
        if (part === null || part === undefined) continue;
        const extent = visit(part as Node);
        size += extent.size;
        depth = Math.max(depth, extent.depth);
      }
      if (size > most)
        throw new TooMuch(offset, `has more than ${LIMITS.yamlExpandedNodes} values (with aliases expanded)`);
      if (depth >= LIMITS.yamlDepth)
        throw new TooMuch(offset, `nests deeper than ${LIMITS.yamlDepth} levels (with aliases expanded)`);
    }
    return { size, depth: depth + 1 };
  };
  return document.contents === null ? 0 : visit(document.contents).size;
}
