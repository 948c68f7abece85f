import type { Envelope } from "./envelope.ts";
import { jsonText } from "./json.ts";
import { TextBlock } from "./text-block.ts";

/**
 * An answer in JSON whose result has a long list, of which one item is in memory at a time.
 * @param result all but the list
 * @param name of the list, which comes last
 */
export async function* streamedAnswer(
  envelope: Envelope,
  result: object,
  name: string,
  items: AsyncIterable<object>,
): AsyncGenerator<TextBlock> {
  const whole = jsonText(envelope.document({ result: { ...result, [name]: [] } }), 2);
  const end = whole.lastIndexOf("]");
  yield TextBlock.written(whole.slice(0, end));
  let previous: string | undefined;
  for await (const item of items) {
    if (previous !== undefined) yield TextBlock.written(`${previous},`);
    previous = jsonText(item, 2).replace(/^/gm, "      ");
  }
  if (previous !== undefined) yield TextBlock.written(previous);
  yield TextBlock.written(`    ${whole.slice(end)}`);
}
