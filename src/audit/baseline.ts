import { readJson } from "../model/json.ts";
import { invalid, valid, type Parsed } from "../model/problems.ts";

/** The fingerprints in an earlier audit's JSON, of one target or many: of its findings and of the suppressed ones. */
export function fingerprintsIn(text: string): Parsed<readonly string[]> {
  const json = parsed(text) as { readonly schemaVersion?: unknown; readonly result?: Lists } | undefined;
  const { targets, ...own } = json?.result ?? {};
  const results: readonly (Lists | null)[] = Array.isArray(targets) ? targets : [own];
  const lists = results.flatMap((one) => [one?.findings, one?.suppressed ?? []]);
  if (json?.schemaVersion !== 2 || !lists.every((one) => Array.isArray(one)))
    return invalid("is not a valid audit report; create one with irsa audit -o json");
  const fingerprints = lists
    .flat()
    .map((one) => (one as { readonly fingerprint?: unknown } | null)?.fingerprint);
  return valid(fingerprints.filter((one) => typeof one === "string"));
}

/** What one target has, or all of them. */
type Lists = Partial<Record<"findings" | "suppressed" | "targets", unknown>>;

function parsed(text: string): unknown {
  const read = readJson(text);
  return read.ok ? (read.value ?? undefined) : undefined;
}
