import { Transform, type Readable } from "node:stream";
import { LIMITS, sizeText } from "../model/limits.ts";

/** An answer of a server that is larger, or takes longer, than an honest one. */
export class TooLargeAnswer extends Error {
  override readonly name = "TooLargeAnswer";
}

/** How large an answer may be, and how long it may take from its head to its end. */
export interface BodyLimit {
  readonly maxBytes: number;
  readonly milliseconds?: number;
}

/** The body of an answer, whole. @throws TooLargeAnswer; the stream is destroyed then */
export async function readBody(body: Readable, limit: BodyLimit): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of boundedBody(body, limit) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The same body, which fails once it is over its limit; a server that sends a byte a minute must not hold a run. */
export function boundedBody(
  body: Readable,
  { maxBytes, milliseconds = LIMITS.answerMilliseconds }: BodyLimit,
): Readable {
  let total = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > maxBytes) done(new TooLargeAnswer(`the response is larger than ${sizeText(maxBytes)}`));
      else done(null, chunk);
    },
  });
  const late = new TooLargeAnswer(`the response was not complete within ${milliseconds / 1000} s`);
  const timer = setTimeout(() => bounded.destroy(late), milliseconds);
  body.once("error", (error) => bounded.destroy(error));
  // An answer that breaks off ends without an end.
  body.once("close", () => {
    if (!body.readableEnded) bounded.destroy(new Error("the response was incomplete"));
  });
  bounded.once("close", () => {
    clearTimeout(timer);
    if (!body.readableEnded) body.destroy();
  });
  return body.pipe(bounded);
}
