// The help of every command of the built package, asked in one process: to start one for each takes half a minute.
import { execFileSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const THIS = fileURLToPath(import.meta.url);
const TEN_MEGABYTES = 10 * 1024 * 1024;

/** What irsa prints with these arguments, where stdout is a pipe. */
async function printed(main, args) {
  const { write } = process.stdout;
  const parts = [];
  process.stdout.write = (chunk, ...more) => {
    parts.push(Buffer.from(chunk));
    more.at(-1)?.();
    return true;
  };
  try {
    const { code } = await main(args);
    if (code !== 0) throw new Error(`irsa ${args.join(" ")} ended with ${code}`);
  } finally {
    process.stdout.write = write;
  }
  return Buffer.concat(parts).toString().trimEnd();
}

/** Commands stand under headings of their own; flags, arguments and examples do not begin with a name and two blanks. */
function commandNames(help) {
  const paragraphs = help.split("\n\n").filter((text) => !/^(Usage|Arguments|Options|Examples):/.test(text));
  const names = paragraphs.flatMap((text) => [...text.matchAll(/^ {2}([a-z][\w-]*)(?= [[<]| {2,}|$)/gm)]);
  return names.map(([, name]) => name).filter((name) => name !== "help");
}

async function collect(main, words = []) {
  const help = await printed(main, [...words, "--help"]);
  const names = commandNames(help);
  const all = [{ words, help, names }];
  for (const name of names) all.push(...(await collect(main, [...words, name])));
  return all;
}

/**
 * Every command with its help, each before those below it; irsa itself first.
 * @returns the words of each command, its help and the names of those below it
 */
export function commandHelps() {
  const env = { PATH: process.env.PATH, NO_COLOR: "1" };
  return JSON.parse(execFileSync(process.execPath, [THIS], { env, maxBuffer: TEN_MEGABYTES }));
}

if (process.argv[1] === THIS) {
  // Each run listens to the process again, and leaves it to its end.
  EventEmitter.defaultMaxListeners = 0;
  const { main } = createRequire(THIS)("../dist/main.cjs");
  const all = JSON.stringify(await collect(main));
  process.stdout.write(all, () => process.exit());
}
