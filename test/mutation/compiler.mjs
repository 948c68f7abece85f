import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

// What a mutant leaves unused or out of reach is no fault of types.
const LENIENT = [
  "--noUnusedLocals",
  "false",
  "--noUnusedParameters",
  "false",
  "--allowUnreachableCode",
  "true",
];

/**
 * The mutants that the compiler refuses in their own file: nobody could have written them. Stryker's own checker needs
 * the JavaScript API that TypeScript 7 no longer has. One mutant of each file is tried at a time.
 */
export function refusedByCompiler(mutants, folder) {
  if (mutants.length === 0) return [];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ["src", "package.json", "tsconfig.json"])
    cpSync(part, `${folder}/${part}`, { recursive: true });
  symlinkSync(resolve("node_modules"), `${folder}/node_modules`);
  const refused = [];
  for (let rest = [...mutants]; rest.length > 0;) {
    const files = rest.map(({ file }) => file);
    const tried = rest.filter(({ file }, at) => files.indexOf(file) === at);
    const faulty = faultyFiles(tried, folder);
    refused.push(...tried.filter(({ file }) => faulty.has(file)));
    rest = rest.filter((one) => !tried.includes(one));
  }
  return refused;
}

function faultyFiles(mutants, folder) {
  for (const { file, range, replacement } of mutants) {
    const text = readFileSync(file, "utf8");
    writeFileSync(`${folder}/${file}`, text.slice(0, range[0]) + replacement + text.slice(range[1]));
  }
  const { stdout } = spawnSync(resolve("node_modules/.bin/tsc"), ["--pretty", "false", ...LENIENT], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  for (const { file } of mutants) cpSync(file, `${folder}/${file}`);
  return new Set(Array.from(stdout.matchAll(/^(src\/[^(]+)\(\d+,\d+\): error/gm), ([, file]) => file));
}
