import type { Readable } from "node:stream";
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

/**
 * The body of an answer, whole, by its events: another stream or an iterator costs more than a small answer itself.
 * A server that sends a byte a minute does not hold a run.
 * @throws TooLargeAnswer; the stream is destroyed then
 */
export function readBody(
  body: Readable,
  { maxBytes, milliseconds = LIMITS.answerMilliseconds }: BodyLimit,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let total = 0;
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
      body.destroy();
    };
    const isLate = (): void =>
      fail(new TooLargeAnswer(`the response was not complete within ${milliseconds / 1000} s`));
    const timer = setTimeout(isLate, milliseconds);
    body.on("data", (chunk: Buffer) => {
      total += chunk.length;
      if (total > maxBytes) fail(new TooLargeAnswer(`the response is larger than ${sizeText(maxBytes)}`));
      else chunks.push(chunk);
    });
    body.on("error", fail);
    body.once("end", () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
    // An answer that breaks off ends without an end.
    body.once("close", () => {
      if (!body.readableEnded) fail(new Error("the response was incomplete"));
    });
  });
}
