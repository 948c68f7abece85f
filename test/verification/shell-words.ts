/** The words of a command line as a POSIX shell reads them; double quotes and expansions are not used. */
export function wordsOf(text: string): string[] {
  const words = text.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|\\(.)/g, (_whole, quoted?: string, one?: string) => quoted ?? one ?? ""),
  );
}
