import type { ExitCodeText } from "../model/exit-codes.ts";
import type { Severity } from "../model/finding.ts";
import { linkLabel } from "../verification/links.ts";
import type { Row } from "../verification/rows/row.ts";
import { camelCase } from "./camel-case.ts";
import { aligned, table } from "./columns.ts";
import { INVOKED_AS } from "./invocation.ts";
import { line, type Piece, type Styles } from "./line.ts";

/** What a code stands for; its texts are Markdown. */
export type Explanation =
  | (Row & { readonly kind: "verify-finding"; readonly code: string })
  | { readonly kind: "not-checked"; readonly row: string; readonly reason: string }
  | {
      readonly kind: "audit-rule";
      readonly code: string;
      readonly title: string;
      readonly severity: Severity;
      readonly why: string;
      readonly finds: string;
      readonly fix: string;
      readonly sources: readonly string[];
    }
  | { readonly kind: "error-code"; readonly code: string; readonly meaning: string }
  | (ExitCodeText & { readonly kind: "exit-code" });

/** Explanations as text, one after the other. */
export function explanationLines(explanations: readonly Explanation[], color: Styles): Piece[] {
  return explanations.flatMap((one) => ["", ...sectionOf(one, color)]);
}

function sectionOf(one: Explanation, color: Styles): Piece[] {
  switch (one.kind) {
    case "verify-finding":
      return [
        line`  ${color.bold(`${one.row}, ${one.code}`)}   ${color.dim(`(irsa verify, ${linkLabel(one.link)})`)}`,
        ...paragraph(sentence(one.title), "  "),
        ...labeled("Cause", one.cause),
        ...labeled("Evidence", one.evidence),
        ...labeled("Fix", one.fix),
      ];
    case "not-checked":
      return [
        line`  ${color.bold(one.row)}   ${color.dim("(not checked by irsa verify)")}`,
        ...paragraph(sentence(one.reason), "  "),
      ];
    case "audit-rule":
      return [
        line`  ${color.bold(one.code)}   ${color.dim(`(irsa audit, severity ${one.severity})`)}`,
        ...paragraph(sentence(one.title), "  "),
        ...labeled("Why it matters", one.why),
        ...labeled("What is found", one.finds),
        ...labeled("Fix", one.fix),
        "",
        "  Sources",
        ...one.sources.map((source) => `      ${source}`),
      ];
    case "error-code":
      return [
        line`  ${color.bold(one.code)}   ${color.dim("(error code)")}`,
        ...paragraph(sentence(one.meaning), "  "),
      ];
    case "exit-code":
      return [
        line`  ${color.bold(one.codes.join(", "))}   ${color.dim("(exit code)")}`,
        ...paragraph(sentence(one.title), "  "),
        ...details(one.title, one.meaning),
      ];
  }
}

/** What a meaning says beyond the title that it may begin with. */
function details(title: string, meaning: string): string[] {
  if (meaning === title) return [];
  const isRepeated = meaning.startsWith(`${title}: `);
  const rest = isRepeated ? meaning.slice(title.length + 2) : meaning;
  return ["", ...paragraph(sentence(rest), "      ")];
}

function labeled(label: string, text: string): Piece[] {
  return ["", `  ${label}`, ...paragraph(text, "      ")];
}

/** As wide as kubectl's explanations. */
const COLUMNS = 80;

/** Code is not broken over lines: it may be a command to copy. */
const WORD = /(?:[^\s`]*`[^`]*`)+[^\s`]*|\S+/g;

function paragraph(markdown: string, indent: string): string[] {
  const lines: string[] = [];
  let current = indent;
  for (const [word] of markdown.matchAll(WORD)) {
    const shown = plain(word);
    if (current !== indent && current.length + 1 + shown.length > COLUMNS) {
      lines.push(current);
      current = indent;
    }
    current += current === indent ? shown : ` ${shown}`;
  }
  return [...lines, current];
}

/** The text without Markdown: code in quotes, as everywhere on a terminal. */
function plain(markdown: string): string {
  return markdown.replaceAll("`", "'").replaceAll(/\*([a-z]+)\*/g, "$1");
}

/** A title or reason as a sentence, unless it begins with code or a name. */
function sentence(text: string): string {
  return `${/^[a-z][a-z']*(?: |$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;
}

/** All codes, a line each. */
export function codeLines(explanations: readonly Explanation[], color: Styles): Piece[] {
  const heading = (text: string): Piece[] => ["", line`  ${color.bold(text)}`, ""];
  const ofKind = <K extends Explanation["kind"]>(kind: K): Extract<Explanation, { kind: K }>[] =>
    explanations.filter((one): one is Extract<Explanation, { kind: K }> => one.kind === kind);
  return [
    ...heading("Findings of irsa verify"),
    ...table(ofKind("verify-finding").map(({ row, code, title }) => [row, code, plain(title)])),
    ...heading("Not checked by irsa verify"),
    ...table(ofKind("not-checked").map(({ row, reason }) => [row, plain(reason)])),
    ...heading("Rules of irsa audit"),
    ...table(ofKind("audit-rule").map(({ code, severity, title }) => [code, severity, plain(title)])),
    ...heading("Error codes (error.code in JSON)"),
    ...table(ofKind("error-code").map(({ code, meaning }) => [code, plain(meaning)])),
    ...heading("Exit codes"),
    ...aligned(ofKind("exit-code").map(({ codes, title }) => [codes.join(", "), title])),
    "",
    `  Run ${INVOKED_AS} explain CODE to explain one of them.`,
  ];
}

/** The same as the result in JSON (docs/json.md). */
export function explanationResult(explanations: readonly Explanation[]): object {
  return { explanations: explanations.map(({ kind, ...one }) => ({ kind: camelCase(kind), ...one })) };
}
