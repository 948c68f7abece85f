import { Document, isNode, isScalar, Scalar, visit, type Tags } from "yaml";
import { isPrintable, printableLines } from "../model/printable.ts";
import { Line } from "./line.ts";
import { TextBlock } from "./text-block.ts";

/** A value as an answer in YAML. */
export function yaml(value: object): TextBlock {
  return TextBlock.written(yamlText(value, "1.2"));
}

/** Comments beside a value. */
export interface Comments {
  /** Before what stands at a path. */
  readonly before: readonly {
    readonly path: readonly (string | number)[];
    readonly lines: readonly string[];
  }[];
  /** At the end of the document. */
  readonly end: readonly string[];
}

const NO_COMMENTS: Comments = { before: [], end: [] };

/**
 * A value as YAML that gives exactly that value again. What others wrote is in one line, and what of it is not printable
 * is in quotes, in YAML's own escapes.
 * @param version readers of YAML 1.1, as kubectl's, take `yes`, `on` and the like for more than words
 */
export function yamlText(value: object, version: "1.1" | "1.2", comments: Comments = NO_COMMENTS): string {
  const document = new Document(value, { version, aliasDuplicateObjects: false, customTags: withoutMerging });
  for (const { path, lines } of comments.before) {
    const node = document.getIn(path, true);
    if (isNode(node)) node.commentBefore = commentOf(lines);
  }
  if (comments.end.length > 0) document.comment = commentOf(comments.end);
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar<string>(node) && typeof node.value === "string" && !isPlain(node.value))
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return printableLines(document.toString({ lineWidth: 0, doubleQuotedAsJSON: true }), escaped);
}

/** The tags of a schema without the one that writes every text `<<` as a merge key. */
function withoutMerging(tags: Tags): Tags {
  return tags.filter((tag) => tag !== "merge" && (typeof tag === "string" || tag.tag !== MERGE));
}

const MERGE = "tag:yaml.org,2002:merge";

/** A comment that stays one, whatever is in its lines. */
function commentOf(lines: readonly string[]): string {
  return lines.map((text) => ` ${String(Line.printable(text))}`).join("\n");
}

/**
 * `::` at the beginning of a line is a command to GitHub's runner; `<<` and `=` are the merge key and the default value to
 * readers of YAML 1.1, also where they are values. Source: yaml.org, "Merge Key" and "Value" of the YAML 1.1 types.
 */
function isPlain(text: string): boolean {
  return isPrintable(text) && !/^\s*::|^(?:<<|=)$/.test(text);
}

function escaped(character: string): string {
  const number = (character.codePointAt(0) ?? 0).toString(16);
  return number.length > 4 ? `\\U${number.padStart(8, "0")}` : `\\u${number.padStart(4, "0")}`;
}
