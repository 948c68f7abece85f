import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vitest/node";

/** A node of the syntax tree; what it holds is looked through, whatever it is. */
interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Sources without a text of ours for a reader: scripts for shells, documents of AWS, drawings. */
const LEFT_OUT =
  /^(?:src\/commands\/completion\/(?:bash|fish|zsh|powershell)\.ts|src\/config\/well-known-policies\/|src\/page\/marks\.ts)/;

/** docs/messages.md: every text with a blank in the sources of irsa and its sandbox, by file, in the order of the file. */
export function messagesDocument(): string {
  const files = ["src", "packages/sandbox/src"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );
  const sections = files
    .filter((file) => !LEFT_OUT.test(file))
    .toSorted()
    .map((file) => ({ file, texts: textsIn(readFileSync(file, "utf8")) }))
    .filter(({ texts }) => texts.length > 0);
  return [
    "# Messages",
    "",
    "Generated from the sources by `npm run docs:messages`: every text with a blank in it, which is every help text, plan line, note, warning, error, hint and remedy. `{…}` stands for a value.",
    "",
    ...sections.flatMap(({ file, texts }) => [
      `## ${file}`,
      "",
      "```text",
      ...texts.map((text) => text.replaceAll("```", "'''")),
      "```",
      "",
    ]),
  ].join("\n");
}

/** The texts of a source, each once. */
export function textsIn(source: string): string[] {
  const found = nodesIn([parseAst(source, { lang: "ts" })]).flatMap((node) => textsOf(node, source));
  return [...new Set(found.filter((text) => /\p{L}/u.test(text) && /\S\s+\S/.test(text)).map(trimmed))];
}

/** Without the blanks around it, each line. */
function trimmed(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/^\n+|\s+$/g, "")
    .replace(/^ +/, "");
}

function textsOf(node: SyntaxNode, source: string): string[] {
  // Types and the names of modules are nobody's reading.
  if (node.type.startsWith("TS") && !node.type.endsWith("Expression")) return [];
  if (node.type === "ImportDeclaration") return [];
  if (node.type === "Literal") return typeof node["value"] === "string" ? [node["value"]] : [];
  if (node.type === "TemplateLiteral") return [templateText(node, source), ...textsBelow(node, source)];
  if (node.type === "BinaryExpression" && node["operator"] === "+") {
    const joined = sumText(node);
    if (joined !== undefined) return [joined];
  }
  return textsBelow(node, source);
}

function textsBelow(node: SyntaxNode, source: string): string[] {
  return nodesIn(Object.values(node)).flatMap((below) => textsOf(below, source));
}

function nodesIn(values: readonly unknown[]): SyntaxNode[] {
  return values.flatMap((value) => {
    if (Array.isArray(value)) return nodesIn(value);
    return isNode(value) && value.type !== "TemplateElement" ? [value] : [];
  });
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** A template with its values by name, `{…}` where they are more than that. */
function templateText(node: SyntaxNode, source: string): string {
  const quasis = node["quasis"] as readonly { readonly value: { readonly cooked: string | null } }[];
  const expressions = node["expressions"] as readonly SyntaxNode[];
  return quasis
    .map(
      ({ value }, at) => `${value.cooked ?? ""}${expressions[at] ? holeText(expressions[at], source) : ""}`,
    )
    .join("");
}

function holeText({ start, end }: SyntaxNode, source: string): string {
  const text = source.slice(start, end);
  return /^[\w.]+$/.test(text) ? `{${text}}` : "{…}";
}

/** Strings that are added to one. */
function sumText(node: SyntaxNode): string | undefined {
  if (node.type === "Literal") return typeof node["value"] === "string" ? node["value"] : undefined;
  if (node.type !== "BinaryExpression" || node["operator"] !== "+") return undefined;
  const [left, right] = [sumText(node["left"] as SyntaxNode), sumText(node["right"] as SyntaxNode)];
  return left === undefined || right === undefined ? undefined : `${left}${right}`;
}
