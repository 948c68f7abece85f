import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FAILURE_CODES } from "../../src/model/failure-codes.ts";
import { ROWS } from "../../src/verification/rows.ts";
import { OMITTED } from "../../src/verification/rows/omitted.ts";
import type { Row } from "../../src/verification/rows/row.ts";
import { errorCodesDocument } from "./error-codes-document.ts";
import { rowsDocument } from "./rows-document.ts";

test("docs/failure-modes.md is what the tables say", async () => {
  await expect(rowsDocument()).toMatchFileSnapshot("../../docs/failure-modes.md");
});

test("docs/error-codes.md is what the table says", async () => {
  await expect(errorCodesDocument()).toMatchFileSnapshot("../../docs/error-codes.md");
});

/** How many rows each section of the list of failure modes has; D begins with 0. */
const SECTIONS = { A: 12, B: 14, C: 10, D: 9, E: 10, H: 2, J: 14 } as const;

test("every row of A to F, H and J is looked for, or left out with a reason", () => {
  const all = Object.entries(SECTIONS).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, at) => `${letter}${at + 1}`),
  );
  const known = new Set([...Object.values(ROWS).map(({ row }) => row as string), ...Object.keys(OMITTED)]);
  expect([...all, "D0", "F"].filter((row) => !known.has(row))).toEqual([]);
});

test("no row is both", () => {
  const both = Object.values(ROWS).filter(({ row }) => row in OMITTED);
  expect(both).toEqual([]);
});

test("every irsa command in a fix exists, with its flags", () => {
  const commands = readFileSync("docs/commands.md", "utf8");
  const quoted = Object.values<Row>(ROWS).flatMap(({ fix }) => [...fix.matchAll(/`irsa ([a-z-]+)([^`]*)`/g)]);
  expect(quoted.length).toBeGreaterThan(20);
  const unknown = quoted.filter(([, name = "", words = ""]) => {
    const [, section] = commands.split(`\n## irsa ${name}\n`);
    const [help] = section?.split("\n## ") ?? [];
    const flags = words.match(/(?<= )--?[a-z-]+/g) ?? [];
    return help === undefined || flags.some((flag) => !new RegExp(`${flag}\\b`).test(help));
  });
  expect(unknown.map(([text]) => text)).toEqual([]);
});

test("a row's texts are sentences, and its title is not", () => {
  for (const { title, cause, evidence, fix } of Object.values<Row>(ROWS)) {
    expect(title).not.toMatch(/\.$/);
    for (const text of [cause, evidence, fix]) expect(text).toMatch(/^[A-Z`].*\.$/);
  }
});

test("every error code is used", () => {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith("failure-codes.ts"))
    .map((name) => readFileSync(join("src", name), "utf8"))
    .join("\n");
  expect(Object.keys(FAILURE_CODES).filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
});
