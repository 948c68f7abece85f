/** Rows of label and value, the values aligned two columns behind the longest label. */
export function aligned(rows: readonly (readonly [label: string, value: string])[], indent = "  "): string[] {
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  return rows.flatMap(([label, value]) => {
    const [first = "", ...more] = value.split("\n");
    const gap = " ".repeat(width + 2);
    return [`${indent}${label.padEnd(width + 2)}${first}`, ...more.map((line) => `${indent}${gap}${line}`)];
  });
}
