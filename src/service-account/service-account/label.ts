import { MANAGED_BY_LABEL } from "../../model/ownership-tags.ts";
import { invalid, valid, type Parsed } from "../../model/problems.ts";
import { parseServiceAccountName } from "../../model/service-account-ref.ts";

/** A Kubernetes label, `key=value`. Source: Kubernetes, "Labels and Selectors". */
export function parseLabel(text: string): Parsed<readonly [string, string]> {
  const at = text.indexOf("=");
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || !isLabelKey(key))
    return invalid("is not a valid label; examples are team=payments and example.com/team=payments");
  if (!/^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/.test(value))
    return invalid("has an invalid value: use up to 63 letters, digits and -_.");
  if (key === MANAGED_BY_LABEL) return invalid("is set by irsa; omit it");
  return valid([key, value]);
}

/** A name, behind an optional DNS subdomain and `/`. */
function isLabelKey(key: string): boolean {
  const [name = "", prefix] = key.split("/").toReversed();
  const named = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(name);
  return named && (prefix === undefined || parseServiceAccountName(prefix).ok) && key.split("/").length <= 2;
}
