import type { OutgoingHttpHeaders } from "node:http";
import { keepPassing } from "../../model/secrets.ts";
import { kubeconfigFailure } from "./read-credential.ts";

/**
 * The header of a token.
 * @throws Failure `kubeconfig` for one that no header takes
 */
export function bearer(token: string, what: string): OutgoingHttpHeaders {
  keepPassing(token);
  if (/^[\x21-\x7e]+$/.test(token)) return { Authorization: `Bearer ${token}` };
  throw kubeconfigFailure(
    `${what} is not a valid token: it has spaces or other characters that no token has`,
  );
}
