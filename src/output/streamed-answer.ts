import type { Envelope } from "./envelope.ts";
import { jsonText } from "./json.ts";
import { TextBlock } from "./text-block.ts";

/**
 * JSON with a long list, of which one item is in memory at a time.
 * @param whole all but the list, which is empty in it, and the last of all values
 */
export async function* streamedList(whole: unknown, items: AsyncIterable<object>): AsyncGenerator<TextBlock> {
  const text = jsonText(whole, 2);
  const at = text.lastIndexOf("[]") + 1;
  const indent = " ".repeat(/\S/.exec(text.slice(text.lastIndexOf("\n", at) + 1))?.index ?? 0);
  let previous: string | undefined;
  yield TextBlock.written(text.slice(0, at));
  for await (const item of items) {
    if (previous !== undefined) yield TextBlock.written(`${previous},`);
    previous = jsonText(item, 2).replace(/^/gm, `${indent}  `);
  }
  if (previous !== undefined) yield TextBlock.written(previous);
  yield TextBlock.written(indent + text.slice(at));
}

/**
 * An answer in JSON whose result has a long list.
 * @param result all but the list
 * @param name of the list, which comes last
 */
export function streamedAnswer(
  envelope: Envelope,
  result: object,
  name: string,
  items: AsyncIterable<object>,
): AsyncGenerator<TextBlock> {
  return streamedList(envelope.document({ result: { ...result, [name]: [] } }), items);
}
