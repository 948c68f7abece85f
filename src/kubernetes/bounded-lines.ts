import type { Readable } from "node:stream";
import { sizeText } from "../model/limits.ts";
import { TooLargeAnswer } from "../network/bounded-body.ts";

/** The lines of a stream that need not end, each as it is complete. @throws TooLargeAnswer for a line over the limit */
export async function* boundedLines(body: Readable, maxBytes: number): AsyncGenerator<string> {
  const begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      begun.push(chunk.subarray(from, end));
      yield Buffer.concat(begun.splice(0)).toString("utf8");
      length = 0;
      from = end + 1;
    }
    begun.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > maxBytes) {
      body.destroy();
      throw new TooLargeAnswer(`a line of the response is larger than ${sizeText(maxBytes)}`);
    }
  }
}

const NEWLINE = "\n".charCodeAt(0);
