import { stylesOf, toLine, type Piece } from "../../src/output/line.ts";
import { TextBlock } from "../../src/output/text-block.ts";

/** The styles of a stream without colors. */
export const PLAIN = stylesOf(0);

/** What a terminal would write of it, less the last line end. */
export function textOf(piece: Piece | TextBlock): string {
  return piece instanceof TextBlock ? String(piece).replace(/\n$/, "") : String(toLine(piece));
}

/** The same function, whose lines are as a terminal would write them. */
export function shownLines<Arguments extends readonly unknown[]>(
  make: (...given: Arguments) => readonly (Piece | TextBlock)[],
): (...given: Arguments) => string[] {
  return (...given) => make(...given).map(textOf);
}

/** The same function, whose text is as a terminal would write it. */
export function shownText<Arguments extends readonly unknown[]>(
  make: (...given: Arguments) => TextBlock,
): (...given: Arguments) => string {
  return (...given) => textOf(make(...given));
}
