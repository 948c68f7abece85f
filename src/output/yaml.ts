import { Document, isScalar, Scalar, visit } from "yaml";
import { isPrintable, printableLines } from "../model/printable.ts";
import { TextBlock } from "./text-block.ts";

/** A value as an answer in YAML. */
export function yaml(value: object): TextBlock {
  return TextBlock.written(yamlText(value, "1.2"));
}

/**
 * A value as YAML that gives exactly that value again. What others wrote is in one line, and what of it is not printable
 * stands in quotes, in YAML's own escapes.
 * @param version readers of YAML 1.1, as kubectl's, take `yes`, `on` and the like for more than words
 */
export function yamlText(value: object, version: "1.1" | "1.2"): string {
  const document = new Document(value, { version, aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar<string>(node) && typeof node.value === "string" && !isPlain(node.value))
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return printableLines(document.toString({ lineWidth: 0, doubleQuotedAsJSON: true }), escaped);
}

/** `::` at the beginning of a line is a command to GitHub's runner. */
function isPlain(text: string): boolean {
  return isPrintable(text) && !/^\s*::/.test(text);
}

function escaped(character: string): string {
  const number = (character.codePointAt(0) ?? 0).toString(16);
  return number.length > 4 ? `\\U${number.padStart(8, "0")}` : `\\u${number.padStart(4, "0")}`;
}
