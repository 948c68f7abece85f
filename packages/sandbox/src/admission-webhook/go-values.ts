const TRUE = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const FALSE = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/** A boolean as Go's `strconv.ParseBool` takes it; `undefined` for anything else. */
export function parseGoBool(text: string): boolean | undefined {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}

/** A decimal integer as Go's `strconv.ParseInt` takes it; `undefined` for anything else (`1e3`, `600s`, ` 600`). */
export function parseGoInteger(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * The fields of the first record as Go's `encoding/csv` reads it: spaces count, quotes may wrap a field; `undefined`
 * for a malformed record and for none.
 */
export function parseCsvRecord(text: string): readonly string[] | undefined {
  const record = text.replace(/^(\r?\n)+/, "");
  if (record === "") return undefined;
  const field = /(?:"((?:[^"]|"")*)"|([^"\r\n,]*))(,|\r?\n|$)/y;
  const fields: string[] = [];
  for (;;) {
    const match = field.exec(record);
    if (match === null) return undefined;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] !== ",") return fields;
  }
}
