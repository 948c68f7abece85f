import { readJson } from "../model/json.ts";
import { invalid, valid, type Parsed } from "../model/problems.ts";

/** The fingerprints in an earlier audit's JSON: of its findings and of the suppressed ones. */
export function fingerprintsIn(text: string): Parsed<readonly string[]> {
  const json = parsed(text) as
    | {
        readonly schemaVersion?: unknown;
        readonly result?: Partial<Record<"findings" | "suppressed", unknown>>;
      }
    | undefined;
  const { findings, suppressed = [] } = json?.result ?? {};
  const lists = [findings, suppressed];
  if (json?.schemaVersion !== 2 || !lists.every((one) => Array.isArray(one)))
    return invalid("is not a valid audit report; create one with irsa audit -o json");
  const fingerprints = lists
    .flat()
    .map((one) => (one as { readonly fingerprint?: unknown } | null)?.fingerprint);
  return valid(fingerprints.filter((one) => typeof one === "string"));
}

function parsed(text: string): unknown {
  const read = readJson(text);
  return read.ok ? (read.value ?? undefined) : undefined;
}
