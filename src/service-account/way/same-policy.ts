import { parsePolicyDocument } from "../../model/trust-policy/parse.ts";
import { sameDocument } from "../../model/trust-policy/same.ts";

/** True if the session policy that was found says what the one that is asked for says. */
export function samePolicy(found: string | undefined, asked: string): boolean {
  const [one, other] = [found ?? "", asked].map((text) => parsePolicyDocument(text, "identity"));
  return one?.ok === true && other?.ok === true && sameDocument(one.document, other.document);
}
