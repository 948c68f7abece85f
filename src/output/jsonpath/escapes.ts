/** Go's escapes of one letter. Source: the Go Programming Language Specification, "Rune literals". */
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
};

/** What stands between quotes, its escapes resolved; or the first that is none of Go's, and where. */
export function unescaped(
  inside: string,
  quote: string,
): string | { readonly escape: string; readonly at: number } {
  let wrong: { readonly escape: string; readonly at: number } | undefined;
  const text = inside.replaceAll(
    /\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|[^])/g,
    (escape, code: string, at: number) => {
      if (/^[ux]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      const meant = code === quote ? quote : ESCAPES[code];
      if (meant === undefined) wrong ??= { escape, at };
      return meant ?? "";
    },
  );
  return wrong ?? text;
}
