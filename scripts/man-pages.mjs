// Man pages, made from the help of each command, so that they say the same. Source: groff_man(7); OPTIONS and EXAMPLES as in man-pages(7).

const HEADING = /^([A-Z].*):$/;
/** An option, argument or command with its description beside or below it, or the next line of one. */
const ITEM = /^ {2}(\S(?:.*?\S)?)(?: {2,}(\S.*))?$/;
const FURTHER = /^ {4,}(\S.*)$/;
/** What begins a list of items, rather than commands to type. */
const TERM = /^ {2}(?:-|\S+(?: \S+)? {2,}\S)/;

/** Text that groff takes for nothing but text. */
function escaped(text) {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^[.']/, "\\&$&");
}

/** Lines as they are. */
function verbatim(lines) {
  return [".PP", ".in +4n", ".EX", ...lines.map((line) => escaped(line.replace(/^ {2}/, ""))), ".EE", ".in"];
}

/** Items with their descriptions, which may go on in further lines. */
function items(lines) {
  return lines.flatMap((line) => {
    const [, further] = FURTHER.exec(line) ?? [];
    if (further !== undefined) return [escaped(further)];
    const [, term = line, description] = ITEM.exec(line) ?? [];
    return [".TP", `.B ${escaped(term)}`, ...(description === undefined ? [] : [escaped(description)])];
  });
}

/** A paragraph of the help: under a heading, or prose, which is a note where there was a heading before. */
function block(text, at, all) {
  const [first, ...rest] = text.split("\n");
  const [, heading] = HEADING.exec(first) ?? [];
  if (heading === undefined) {
    const lines = [first, ...rest];
    if (lines.every((line) => line.startsWith("  "))) return verbatim(lines);
    const isFirstNote = at > 0 && HEADING.test(all[at - 1].split("\n")[0]);
    return [isFirstNote ? ".SH NOTES" : ".PP", ...lines.map((line) => escaped(line.trim()))];
  }
  if (heading !== "Examples" && rest.length > 0 && TERM.test(rest[0]))
    return [`.SH ${escaped(heading.toUpperCase())}`, ...items(rest)];
  const title = heading === "Examples" ? [".SH EXAMPLES"] : [".PP", escaped(first)];
  return [...title, ...verbatim(rest)];
}

/** `irsa-create-sa`, the name of the page of a command. */
export function pageName(words) {
  return ["irsa", ...words].join("-");
}

/**
 * The page of a command.
 * @param words of the command, none for irsa itself
 * @param help what its `--help` prints
 * @param summary of it, in a line
 * @param others words of commands to see also
 */
export function manPage({ words, help, summary, others, version }) {
  const [usage, ...blocks] = help.trimEnd().split(/\n\n+/);
  const name = pageName(words);
  const also = others.map((one) => `.BR ${escaped(pageName(one))} (1)`);
  const lines = [
    // No date: the same sources give the same page.
    `.TH "${escaped(name.toUpperCase())}" 1 "" "irsa ${escaped(version)}" "irsa"`,
    ".SH NAME",
    `${escaped(name)} \\- ${escaped(summary)}`,
    ".SH SYNOPSIS",
    `.B ${escaped(usage.replace(/^Usage: /, "").replaceAll(/\s+/g, " "))}`,
    ".SH DESCRIPTION",
    ...blocks.flatMap(block),
    ...(also.length === 0 ? [] : [".SH SEE ALSO", also.join(",\n")]),
  ];
  // A section begins a paragraph.
  return `${lines.join("\n").replaceAll(/(\.SH .*)\n\.PP\n/g, "$1\n")}\n`;
}
