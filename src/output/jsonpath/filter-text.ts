/** What is in a filter: the sides and the sign between them, which is empty where there is one side. */
export function sidesOf(text: string): {
  readonly left: string;
  readonly sign: string;
  readonly right: string;
} {
  const [, left = "", sign = "", right = ""] = /^([^!<>=]+)([!<>=]+)([^]+)$/.exec(text) ?? [];
  return { left, sign, right };
}

/** The first `&&` or `||` outside of quotes, with its place in the text. */
export function connectiveIn(text: string): { readonly sign: string; readonly index: number } | undefined {
  const bare = text.replaceAll(/'[^']*'|"[^"]*"/g, (quoted) => " ".repeat(quoted.length));
  const found = /&&|\|\|/.exec(bare);
  return found === null ? undefined : { sign: found[0], index: found.index };
}
