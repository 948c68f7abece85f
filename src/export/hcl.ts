import { printableLines } from "../model/printable.ts";

/** A value in HCL. */
export type Hcl = string | number | boolean | readonly Hcl[] | HclObject | Expression;

/** An object in HCL. */
export interface HclObject {
  readonly [key: string]: Hcl;
}

/** An expression: a reference to a resource, or a call. */
export class Expression {
  readonly #text: (indent: string) => string;

  private constructor(text: (indent: string) => string) {
    this.#text = text;
  }

  /** As `aws_iam_role.cart_3yzqklzr.arn`: of identifiers, none of which is a value. */
  static reference(...path: readonly string[]): Expression {
    const wrong = path.find((part) => !/^[a-z][a-z0-9_]*(?:\[0\])?$/.test(part));
    if (wrong !== undefined) throw new TypeError(`not an identifier: ${wrong}`);
    return new Expression(() => path.join("."));
  }

  /** As `jsonencode({…})`. */
  static json(value: Hcl): Expression {
    return new Expression((indent) => `jsonencode(${valueText(value, indent)})`);
  }

  text(indent: string): string {
    return this.#text(indent);
  }
}

/** A block with its attributes, and the blocks in it. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: Readonly<Record<string, Hcl>>;
  readonly blocks?: readonly Block[];
}

/** Blocks as `terraform fmt` writes them. */
export function hclText(blocks: readonly Block[]): string {
  return `${blocks.map((block) => blockText(block, "")).join("\n\n")}\n`;
}

function blockText({ type, labels, attributes, blocks = [] }: Block, indent: string): string {
  const inner = `${indent}  `;
  const head = [type, ...labels.map(quoted)].join(" ");
  const body = [
    ...attributeLines(Object.entries(attributes), inner),
    ...blocks.map((block) => `${inner}${blockText(block, inner)}`),
  ];
  return `${head} {\n${body.join("\n")}\n${indent}}`;
}

/** Of neighbors that take one line each, the signs are aligned. */
function attributeLines(entries: readonly (readonly [string, Hcl])[], indent: string): string[] {
  const written = entries.map(([key, value]) => [key, valueText(value, indent)] as const);
  const runs: (readonly [string, string])[][] = [];
  for (const entry of written) {
    const run = runs.at(-1);
    if (run === undefined || isLong(entry) || isLong(run.at(-1) ?? entry)) runs.push([entry]);
    else run.push(entry);
  }
  return runs.flatMap((run) => {
    const width = Math.max(...run.map(([key]) => key.length));
    return run.map(([key, text]) => `${indent}${key.padEnd(width)} = ${text}`);
  });
}

function isLong([, text]: readonly [string, string]): boolean {
  return text.includes("\n");
}

function valueText(value: Hcl, indent: string): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Expression) return value.text(indent);
  return isList(value) ? listText(value, indent) : objectText(value, indent);
}

function isList(value: readonly Hcl[] | HclObject): value is readonly Hcl[] {
  return Array.isArray(value);
}

function listText(values: readonly Hcl[], indent: string): string {
  const inner = `${indent}  `;
  const texts = values.map((value) => valueText(value, inner));
  const line = `[${texts.join(", ")}]`;
  if (!line.includes("\n") && line.length <= 100) return line;
  return `[\n${texts.map((text) => `${inner}${text},`).join("\n")}\n${indent}]`;
}

function objectText(object: HclObject, indent: string): string {
  const entries = Object.entries(object);
  if (entries.length === 0) return "{}";
  const keyed = entries.map(([key, value]) => [keyText(key), value] as const);
  return `{\n${attributeLines(keyed, `${indent}  `).join("\n")}\n${indent}}`;
}

/** A key that is a word of the language, or would be a `for` expression, is quoted. */
function keyText(key: string): string {
  return /^[A-Z][A-Za-z]*$/.test(key) ? key : quoted(key);
}

/**
 * A text in quotes, in which nothing is a template. `$${` is the language's escape for `${`; after another `$` it would be
 * read differently, and the sign is written by its number.
 * Source: HCL Native Syntax Specification, "Template Literals".
 */
function quoted(text: string): string {
  const characters = Array.from(text);
  const written = characters.map((character, at) => {
    const opens = (character === "$" || character === "%") && characters[at + 1] === "{";
    if (opens) return characters[at - 1] === character ? numbered(character) : character + character;
    return ESCAPES[character] ?? character;
  });
  return `"${printableLines(written.join(""), numbered)}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  "\\": String.raw`\\`,
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\t": String.raw`\t`,
};

function numbered(character: string): string {
  const number = (character.codePointAt(0) ?? 0).toString(16);
  return number.length > 4 ? `\\U${number.padStart(8, "0")}` : `\\u${number.padStart(4, "0")}`;
}
