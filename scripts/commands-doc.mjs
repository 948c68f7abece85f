// Writes docs/commands.md from the help of the built package: node scripts/commands-doc.mjs [--check]
import { readFileSync, writeFileSync } from "node:fs";
import { commandHelps } from "./command-help.mjs";

const FILE = "docs/commands.md";
const HEAD = "# Commands\n\nMade from each command's `--help` by `npm run docs:commands`.\n";

const [{ help: own }, ...commands] = commandHelps();
const sections = commands.flatMap(({ words, help }) => [
  `## irsa ${words.join(" ")}`,
  "",
  "```",
  help,
  "```",
  "",
]);
const text = [HEAD, "```", own, "```", "", ...sections].join("\n");
if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== text) {
    console.error(`${FILE} is not what the commands say: npm run docs:commands`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, text);
}
