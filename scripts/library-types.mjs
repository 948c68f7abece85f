// The types of the library as users get them: its public files alone, which import nothing but each other.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PUBLIC = ["index", "options", "answers", "answer-parts", "irsa-error"];

/** Writes the declarations to a folder. @throws Error where they need something that is not among them */
export function writeLibraryTypes(folder) {
  // `npm run check` has checked them. What they import is not looked at, so that nothing else is written.
  const flags = ["--declaration", "--emitDeclarationOnly", "--noEmit", "false", "--noCheck", "--noResolve"];
  const settings = [
    "--ignoreConfig",
    "--target",
    "es2023",
    "--module",
    "nodenext",
    "--rewriteRelativeImportExtensions",
  ];
  const files = PUBLIC.map((name) => `src/library/${name}.ts`);
  const tsc = join("node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [
    tsc,
    ...flags,
    ...settings,
    "--rootDir",
    "src/library",
    "--outDir",
    folder,
    ...files,
  ]);
  const written = readdirSync(folder);
  for (const name of written) {
    const text = readFileSync(join(folder, name), "utf8").replaceAll(/(["'])(\.\/[\w-]+)\.ts\1/g, '"$2.js"');
    writeFileSync(join(folder, name), text);
    const needed = [...text.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, path]) => path);
    const missing = needed.filter((path) => !written.includes(path.replace(/^\.\/(.*)\.js$/, "$1.d.ts")));
    if (missing.length > 0) throw new Error(`${name} imports ${missing.join(", ")}, which users don't get`);
  }
}
