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

function commandNames(help) {
  const listed = help.split(/^Commands:\n/m)[1]?.split("\n\n")[0] ?? "";
  const names = [...listed.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name);
  return names.filter((name) => name !== "help");
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
