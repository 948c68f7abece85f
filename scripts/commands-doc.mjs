// Writes docs/commands.md from the help of the built package: node scripts/commands-doc.mjs [--check]
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const FILE = "docs/commands.md";
const HEAD = "# Commands\n\nMade from each command's `--help` by `npm run docs:commands`.\n";

function helpOf(words) {
  return execFileSync(process.execPath, ["bin/irsa.cjs", ...words, "--help"], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, NO_COLOR: "1" },
  }).trimEnd();
}

/** The section of a command and, after it, those of its own commands. */
function sections(words) {
  const help = helpOf(words);
  const own = words.length === 0 ? [] : [`## irsa ${words.join(" ")}`, "", "```", help, "```", ""];
  return [...own, ...commandNames(help).flatMap((name) => sections([...words, name]))];
}

/** Commands stand under headings of their own; flags, arguments and examples do not begin with a name and two blanks. */
function commandNames(help) {
  const paragraphs = help.split("\n\n").filter((text) => !/^(Usage|Arguments|Options|Examples):/.test(text));
  const names = paragraphs.flatMap((text) => [...text.matchAll(/^ {2}([a-z][\w-]*)(?= [[<]| {2,}|$)/gm)]);
  return names.map(([, name]) => name).filter((name) => name !== "help");
}

const text = [HEAD, "```", helpOf([]), "```", "", ...sections([])].join("\n");
if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== text) {
    console.error(`${FILE} is not what the commands say: npm run docs:commands`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, text);
}
