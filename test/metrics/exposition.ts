/** A time series as a page has it. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = `(${NAME})="((?:[^"\\\\\\n]|\\\\[\\\\"n])*)"`;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:${LABEL},?)*)\\})? (\\S+)$`);
const ESCAPED: Readonly<Record<string, string>> = { n: "\n", '"': '"', "\\": "\\" };

/**
 * The series of a page in Prometheus' text format or OpenMetrics.
 * @throws Error for a line that is neither a sample nor a comment of the format
 */
export function seriesIn(page: string): readonly Series[] {
  return page.split("\n").flatMap((line): readonly Series[] => {
    if (line === "" || line === "# EOF" || /^# (?:HELP|TYPE) \S+ ./.test(line)) return [];
    const [, name, labels = ""] = SAMPLE.exec(line) ?? [];
    if (name === undefined) throw new Error(`not a sample: ${line}`);
    const pairs = [...labels.matchAll(new RegExp(LABEL, "g"))].map(([, label = "", value = ""]) => [
      label,
      value.replaceAll(/\\(.)/g, (_, escaped: string) => ESCAPED[escaped] ?? ""),
    ]);
    const value = Number(line.slice(line.lastIndexOf(" ") + 1));
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value }];
  });
}

/** The value of each series of that name, by the values of its labels. */
export function valuesOf(page: string, name: string): Readonly<Record<string, number>> {
  const found = seriesIn(page).filter((one) => one.name === name);
  return Object.fromEntries(found.map(({ labels, value }) => [Object.values(labels).join(" "), value]));
}
