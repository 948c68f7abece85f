// Writes a man page for each command of the built package: node scripts/man.mjs FOLDER
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandHelps } from "./command-help.mjs";
import { manPage, pageName } from "./man-pages.mjs";

const { version, description } = JSON.parse(readFileSync("package.json", "utf8"));

/** The first sentence of a help, which is what a command is for. */
function summaryOf(help) {
  const [, about] = help.split("\n\n");
  return about.replaceAll("\n", " ").replace(/[.:] .*|[.:]$/, "");
}

const [folder = "man"] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const { words, help, names } of commandHelps()) {
  const summary = words.length === 0 ? description : summaryOf(help);
  const above = words.length === 0 ? [] : [words.slice(0, -1)];
  const others = [...above, ...names.map((name) => [...words, name])];
  const page = manPage({ words, help, summary, others, version });
  writeFileSync(join(folder, `${pageName(words)}.1`), page);
}
