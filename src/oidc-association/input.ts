import { isApiAudience } from "../model/api-audience.ts";
import { DEFAULT_AUDIENCE } from "../model/issuer.ts";
import { invalid, valid, type Parsed } from "../model/problems.ts";

/** An audience (client ID). Source: IAM API Reference, CreateOpenIDConnectProvider (`ClientIDList`): 1–255 characters. */
export function parseAudience(text: string): Parsed<string> {
  if (isApiAudience(text))
    return invalid("is an audience of the Kubernetes API server: every pod has a token for it");
  if (/^[\x21-\x7e]{1,255}$/.test(text)) return valid(text);
  return invalid(`is not a valid audience; use 1 to 255 visible characters, such as ${DEFAULT_AUDIENCE}`);
}

/** A SHA-1 fingerprint as IAM takes it: 40 hexadecimal digits; colons between them are dropped. */
export function parseThumbprint(text: string): Parsed<string> {
  const digits = text.replaceAll(":", "").toLowerCase();
  return /^[0-9a-f]{40}$/.test(digits)
    ? valid(digits)
    : invalid("is not a valid SHA-1 thumbprint; use 40 hexadecimal digits");
}

/** An AWS tag, `key=value`. Source: IAM User Guide, "Tags for IAM resources": key 128, value 256 characters. */
export function parseTag(text: string): Parsed<readonly [string, string]> {
  const at = text.indexOf("=");
  if (at < 1) return invalid("is not a valid tag; use KEY=VALUE, such as team=payments");
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  if (key.length > 128 || value.length > 256)
    return invalid("is too long; a tag key has at most 128 characters, a value 256");
  if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value))
    return invalid("has characters that tags don't allow; use letters, digits, spaces and _.:/=+-@");
  if (/^aws:/i.test(key)) return invalid("begins with aws:, which is reserved by AWS");
  if (/^irsa\//i.test(key)) return invalid("begins with irsa/, which is reserved for ownership tags");
  return valid([key, value]);
}
