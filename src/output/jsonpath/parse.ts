import { LIMITS } from "../../model/limits.ts";
import type { Parsed } from "../../model/problems.ts";
import { connectiveIn, sidesOf } from "./filter-text.ts";
import { selectorOf } from "./selector.ts";
import { unescaped } from "./escapes.ts";
import { judged, SyntaxProblem } from "./syntax-problem.ts";
import { OPERATORS, type Part, type Path, type Step, type Template } from "./template.ts";

/** A template of `-o jsonpath=`; what is wrong is reported with its position. */
export function parseTemplate(text: string): Parsed<Template> {
  return judged(() => new Parser(text).template());
}

/** A single expression without braces, as a column has it. */
export function parsePath(text: string): Parsed<Path> {
  return judged(() => new Parser(text).wholePath());
}

/** Between these a name ends. */
const TERMINATORS = new Set([" ", "\t", "\r", "\n", ".", ",", "[", "]", "$", "@", "{", "}"]);
const KEYWORD = /^(?:range|end)$/;

class Parser {
  readonly #text: string;
  /** How many characters of the whole template are before this text. */
  readonly #before: number;
  #at = 0;
  /** How many ranges are open. */
  #ranges = 0;

  constructor(text: string, before = 0) {
    this.#text = text;
    this.#before = before;
  }

  template(): Template {
    return this.#parts(undefined);
  }

  wholePath(): Path {
    return this.#steps(undefined);
  }

  /** @param range where the range begins whose body this is */
  #parts(range: number | undefined): Part[] {
    const parts: Part[] = [];
    while (this.#at < this.#text.length) {
      const brace = this.#text.indexOf("{", this.#at);
      const end = brace === -1 ? this.#text.length : brace;
      if (end > this.#at) parts.push({ kind: "text", text: this.#text.slice(this.#at, end) });
      this.#at = end;
      if (brace === -1) break;
      this.#at += 1;
      const keyword = this.#keyword();
      if (keyword === "end") {
        this.#close(brace);
        if (range === undefined) throw this.#problem("{end} without {range …}", brace);
        this.#ranges -= 1;
        return parts;
      }
      const path = this.#steps(brace);
      if (keyword === "range") parts.push({ kind: "range", path, body: this.#body(brace) });
      else parts.push({ kind: "path", path });
    }
    if (range !== undefined) throw this.#problem("{range …} without {end}", range);
    return parts;
  }

  #body(brace: number): Part[] {
    this.#ranges += 1;
    if (this.#ranges > LIMITS.templateRanges)
      throw this.#problem(`more than ${LIMITS.templateRanges} ranges inside each other`, brace);
    return this.#parts(brace);
  }

  #keyword(): string | undefined {
    this.#blanks();
    const [word = ""] = /^[A-Za-z_]\w*/.exec(this.#rest()) ?? [];
    if (!KEYWORD.test(word)) return undefined;
    this.#at += word.length;
    return word;
  }

  #close(brace: number): void {
    this.#blanks();
    if (this.#next() !== "}") throw this.#problem("'{' is not closed", brace);
  }

  /** @param brace where the expression's brace stands; without it, it goes on to the end of the text */
  #steps(brace: number | undefined): Path {
    const path: Step[] = [];
    for (;;) {
      this.#blanks();
      if (this.#at >= this.#text.length || /^[\r\n]/.test(this.#rest())) {
        if (brace !== undefined) throw this.#problem("'{' is not closed", brace);
        if (this.#at < this.#text.length) throw this.#problem("unexpected line break", this.#at);
        return path;
      }
      if (brace !== undefined && this.#text[this.#at] === "}") {
        this.#at += 1;
        return path;
      }
      path.push(...this.#step(path));
    }
  }

  #step(before: Path): readonly Step[] {
    const start = this.#at;
    const at = this.#position(start);
    const rest = this.#rest();
    if (rest.startsWith("[?(")) return [this.#filter(at)];
    if (rest.startsWith("..")) {
      if (before.at(-1)?.kind === "recursive") throw this.#problem("'..' after '..'", start);
      this.#at += 2;
      return /^[\p{L}\p{N}_]/u.test(this.#rest())
        ? [{ kind: "recursive", at }, this.#field(at)]
        : [{ kind: "recursive", at }];
    }
    const first = this.#next();
    // Both are the value that the expression begins at.
    if (first === "@" || first === "$") return [];
    if (first === "[") return this.#brackets(start);
    if (first === "'" || first === '"') return [{ kind: "value", value: this.#quoted(start, first), at }];
    if (first === ".") return [this.#field(at)];
    this.#at = start;
    const [number] = /^[+-]?[\d.]+/.exec(rest) ?? [];
    if (number !== undefined) {
      this.#at += number.length;
      if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(number))
        throw this.#problem(`'${number}' is not a number`, start);
      return [{ kind: "value", value: Number(number), at }];
    }
    const [word] = /^[\p{L}\p{N}_][^ \t\r\n.,[\]$@{}]*/u.exec(rest) ?? [];
    if (word === undefined) throw this.#problem(`unexpected '${first}'`, start);
    if (KEYWORD.test(word)) throw this.#problem(`'${word}' must come first in its braces`, start);
    if (word !== "true" && word !== "false")
      throw this.#problem(`'${word}' is not range or end; a field begins with a dot: .${word}`, start);
    this.#at += word.length;
    return [{ kind: "value", value: word === "true", at }];
  }

  #field(at: number): Step {
    let name = "";
    while (this.#at < this.#text.length && !TERMINATORS.has(this.#text[this.#at] ?? "")) {
      if (this.#text[this.#at] === "\\") this.#at += 1;
      name += this.#next();
    }
    return name === "*" ? { kind: "wildcard", at } : { kind: "field", name, at };
  }

  /** What is in brackets: an index, a slice, `*`, a name in quotes, or several of these. */
  #brackets(start: number): readonly Step[] {
    const end = this.#text.indexOf("]", start);
    if (end === -1) throw this.#problem("'[' is not closed", start);
    const inside = this.#text.slice(start + 1, end);
    this.#at = end + 1;
    const at = this.#position(start);
    if (!inside.includes(",")) return this.#selector(inside, start + 1);
    let from = start + 1;
    const paths = inside.split(",").map((one) => {
      const path = this.#selector(one.trim(), from);
      from += one.length + 1;
      return path;
    });
    return [{ kind: "union", paths, at }];
  }

  #selector(text: string, start: number): Path {
    const selector = selectorOf(text, this.#position(start));
    if (typeof selector === "string") throw this.#problem(selector, start - 1);
    return "name" in selector
      ? new Parser(`.${selector.name}`, this.#before + start).wholePath()
      : [selector];
  }

  /** `[?(left operator right)]`, or `[?(left)]` for what has it. A `)` in quotes does not end it. */
  #filter(at: number): Step {
    const start = this.#at;
    this.#at += "[?(".length;
    const from = this.#at;
    let quote: string | undefined;
    for (;;) {
      const character = this.#next();
      if (character === undefined || character === "\n") throw this.#problem("'[?(' is not closed", start);
      if (quote !== undefined) {
        if (character === quote && this.#text[this.#at - 2] !== "\\") quote = undefined;
      } else if (character === "'" || character === '"') quote = character;
      else if (character === ")") break;
    }
    const text = this.#text.slice(from, this.#at - 1);
    if (this.#next() !== "]") throw this.#problem("a filter ends with ')]'", start);
    const { left, sign, right } = sidesOf(text);
    if (sign === "") {
      if (/[!<>=]/.test(text)) throw this.#problem(`'${text}' is not a valid filter`, from);
      return { kind: "filter", left: this.#inside(text, from), test: null, at };
    }
    const operator = OPERATORS.find((one) => one === sign);
    if (operator === undefined) {
      const hint = sign === "=" ? "; use ==" : "";
      throw this.#problem(`operator '${sign}' is not supported${hint}`, from + left.length);
    }
    const rightPath = this.#inside(right, from + left.length + sign.length);
    return { kind: "filter", left: this.#inside(left, from), test: { operator, right: rightPath }, at };
  }

  #inside(text: string, start: number): Path {
    const connective = connectiveIn(text);
    if (connective !== undefined)
      throw this.#problem(`'${connective.sign}' is not supported in a filter`, start + connective.index);
    return new Parser(text, this.#before + start).wholePath();
  }

  /** With Go's escapes, of which JSON has most. */
  #quoted(start: number, quote: string): string {
    for (;;) {
      const character = this.#next();
      if (character === undefined || character === "\n")
        throw this.#problem("the quoted string is not closed", start);
      if (character === "\\") this.#at += 1;
      else if (character === quote) break;
    }
    const inside = this.#text.slice(start + 1, this.#at - 1);
    const text = unescaped(inside, quote);
    if (typeof text === "string") return text;
    throw this.#problem(`escape '${text.escape}' is not supported`, start + 1 + text.at);
  }

  #blanks(): void {
    while (/^[ \t]/.test(this.#rest())) this.#at += 1;
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #next(): string | undefined {
    const character = this.#text[this.#at];
    this.#at += 1;
    return character;
  }

  #position(at: number): number {
    return this.#before + at + 1;
  }

  #problem(what: string, at: number): SyntaxProblem {
    return new SyntaxProblem(`${what} (position ${this.#position(at)})`);
  }
}
