import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ATTACKERS, type Attacker } from "../security/attack.ts";

const FOLDER = "test/security";
const page = readFileSync("SECURITY.md", "utf8");

/** One `attack(…)` of the suite, as far as the page must know it. */
interface Tried {
  readonly attacker: string;
  /** The finding's, as `H1`; empty where there is none. */
  readonly code: string;
  readonly file: string;
}

/** A row of the page's tables of attacks. */
type Row = Pick<Tried, "attacker" | "code"> & { readonly files: readonly string[] };

const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => `${FOLDER}/${name}`);

const CALL = /\battack\((?!\))/g;
const CALL_IN_LITERALS = /\battack\(\s*"([^"]+)",\s*["'`](?:([CHML]\d+)\b)?/g;

const tried: readonly Tried[] = files.flatMap((file) =>
  [...readFileSync(file, "utf8").matchAll(CALL_IN_LITERALS)].map(([, attacker = "", code = ""]) => ({
    attacker,
    code,
    file,
  })),
);

const rows: readonly Row[] = ATTACKERS.flatMap((attacker) =>
  sectionOf(attacker)
    .split("\n")
    .filter((line) => line.includes("]("))
    .map((line) => ({ attacker, code: /^\| ([CHML]\d+): /.exec(line)?.[1] ?? "", files: linksIn(line) })),
);

/** The text below the attacker's heading. */
function sectionOf(attacker: Attacker): string {
  const heading = `### ${attacker.slice(0, 1).toUpperCase()}${attacker.slice(1)}\n`;
  const [, text] = page.split(heading);
  if (text === undefined) throw new Error(`SECURITY.md has no section for '${attacker}'`);
  return text.split(/^##/m, 1)[0] ?? "";
}

/** The files of this project that a text links to. */
function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(((?!https?:|#)[^)]+)\)/g)].map(([, path = ""]) => path);
}

describe("SECURITY.md", () => {
  test.each(files)(
    "%s gives attacker and code of every attack as literals, for this test to read",
    (file) => {
      const calls = readFileSync(file, "utf8").match(CALL) ?? [];
      expect(tried.filter((one) => one.file === file)).toHaveLength(calls.length);
    },
  );

  test("has a row for every attack of the suite, in its attacker's table, with its code and its file", () => {
    expect(tried.length).toBeGreaterThan(80);
    const missing = tried.filter(
      ({ attacker, code, file }) =>
        !rows.some((row) => row.attacker === attacker && row.code === code && row.files.includes(file)),
    );
    expect(missing).toEqual([]);
  });

  test("has no row whose attack is in none of its files", () => {
    const stale = rows.flatMap(({ attacker, code, files: named }) =>
      named
        .filter((file) => file.startsWith(`${FOLDER}/`))
        .filter(
          (file) => !tried.some((one) => one.attacker === attacker && one.code === code && one.file === file),
        )
        .map((file) => `${attacker} ${code}: ${file}`),
    );
    expect(stale).toEqual([]);
  });

  test("has every finding of the review", () => {
    const codes = ["C1", ...numbered("H", 6), ...numbered("M", 8), ...numbered("L", 9)];
    expect([...new Set(rows.map(({ code }) => code).filter((code) => code !== ""))].toSorted()).toEqual(
      codes.toSorted(),
    );
  });

  test("names files that exist", () => {
    const named = linksIn(page);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  test("has anchors that exist", () => {
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title.toLowerCase().replaceAll(" ", "-"),
    );
    for (const [, anchor = ""] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(anchor);
  });
});

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
}
