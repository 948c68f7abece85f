/** Rows of label and value, the values aligned two columns behind the longest label. */
export function aligned(rows: readonly (readonly [label: string, value: string])[], indent = "  "): string[] {
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  return rows.flatMap(([label, value]) => {
    const [first = "", ...more] = value.split("\n");
    const gap = " ".repeat(width + 2);
    return [`${indent}${label.padEnd(width + 2)}${first}`, ...more.map((line) => `${indent}${gap}${line}`)];
  });
}

/** Rows of any number of cells, each column as wide as its widest, two blanks between. */
export function table(rows: readonly (readonly string[])[], indent = "  "): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    `${indent}${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd(),
  );
}
