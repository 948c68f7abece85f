import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/**
 * A server's listener that answers later. A client may be gone before its request has come or is answered, as one that a test
 * ends: its connection is closed, and the test goes on.
 */
export function answering(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>,
): RequestListener {
  return (request, response) => {
    answer(request, response).catch(() => response.destroy());
  };
}
