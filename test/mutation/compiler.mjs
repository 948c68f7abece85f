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
 * The mutants that the compiler refuses: nobody could have written them. Stryker's own checker needs the JavaScript API
 * that TypeScript 7 no longer has. Each mutant is put beside its file, as a module of its own, and all are compiled at
 * once, with a copy of each file as it is: where that is refused, it is the place that is wrong.
 */
export function refusedByCompiler(mutants, folder) {
  if (mutants.length === 0) return [];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of ["src", "packages", "package.json", "tsconfig.json"])
    cpSync(part, `${folder}/${part}`, { recursive: true });
  symlinkSync(resolve("node_modules"), `${folder}/node_modules`);
  const refused = refusedVariants(mutants, folder);
  return mutants.filter(
    ({ file }, at) => refused.has(variantOf(file, at)) && !refused.has(variantOf(file, "unchanged")),
  );
}

function refusedVariants(mutants, folder) {
  for (const [at, { file, range, replacement }] of mutants.entries()) {
    const text = readFileSync(file, "utf8");
    writeFileSync(`${folder}/${variantOf(file, "unchanged")}`, text);
    const mutated = text.slice(0, range[0]) + replacement + text.slice(range[1]);
    writeFileSync(`${folder}/${variantOf(file, at)}`, mutated);
  }
  const refused = new Set();
  for (;;) {
    const errors = errorsIn(folder);
    for (const { file } of errors) refused.add(file);
    // Where one file can't be parsed, the types of no file are looked at.
    const unparsed = new Set(errors.filter(({ code }) => /^1\d{3}$/.test(code)).map(({ file }) => file));
    if (unparsed.size === 0) return refused;
    for (const file of unparsed) rmSync(`${folder}/${file}`);
  }
}

function errorsIn(folder) {
  const { stdout } = spawnSync(resolve("node_modules/.bin/tsc"), ["--pretty", "false", ...LENIENT], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return Array.from(stdout.matchAll(/^(src\/[^(]+)\(\d+,\d+\): error TS(\d+)/gm), ([, file, code]) => ({
    file,
    code,
  }));
}

function variantOf(file, which) {
  return file.replace(/\.ts$/, `.mutant-${which}.ts`);
}
