// Merges the chunks that esbuild splits the commands into: to load a file costs Node more than to read what is in it.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { build } from "esbuild";

/** From so many commands on, a chunk is in the one file that nearly every command loads. */
const COMMON = 16;

/** Where the program begins, if it was split along with the commands. */
const MAIN = "src/main.ts";

/**
 * Writes the commands with fewer files. Chunks that the same commands load become one file, and so do those that at
 * least `COMMON` of them load: a file imports only from files that at least the same commands load, so that there are no
 * circles, and no command loads much that it does not need. What the program loads before it knows the command is a file, too.
 * @param files what esbuild made of the commands, not written
 * @param outputs of its metafile
 * @param alwaysLoaded sources that nearly every command imports when it runs
 * @param options of esbuild, for what is written
 */
export async function mergeChunks({ outputFiles: files, metafile: { outputs } }, alwaysLoaded, options) {
  const texts = new Map(files.map(({ path, text }) => [basename(path), text]));
  const chunks = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const groups = groupsOf(chunks, alwaysLoaded);
  const groupOf = new Map([...groups].flatMap(([group, names]) => names.map((name) => [name, group])));
  const ids = new Map([...groupOf.keys()].map((name, at) => [name, `_${at}`]));
  const alone = [...chunks.keys()].filter((name) => !groupOf.has(name));
  const written = (path) => path.replace(/\.js$/, options.outExtension?.[".js"] ?? ".js");
  // Each chunk's exports have names of their own in a file of several, as chunks name theirs alike.
  const exportsOf = (name) => chunks.get(name).exports.map((one) => `${one} as ${one}${ids.get(name)}`);
  const exportsAgain = (name) => chunks.get(name).exports.map((one) => `${one}${ids.get(name)} as ${one}`);
  const exportsOfFile = (file) =>
    groups.get(file)?.flatMap((name) => chunks.get(name).exports.map((one) => `${one}${ids.get(name)}`)) ??
    chunks.get(file).exports;

  const merging = {
    name: "merging",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path, kind, importer, namespace }) => {
        const name = basename(path);
        if (kind === "entry-point") return { path, namespace: groups.has(path) ? "group" : "chunk" };
        if (!chunks.has(name) && !groups.has(name)) return { path, external: true };
        if (kind !== "import-statement" || namespace === "file-apart")
          return { path: written(path), external: true };
        const group = groupOf.get(name);
        const from = namespace === "group" ? importer : groupOf.get(importer);
        if (group === undefined) return { path: name, namespace: "file-apart" };
        return { path: name, namespace: from === group ? "chunk" : "chunk-apart" };
      });
      onLoad({ filter: /./, namespace: "group" }, ({ path }) =>
        passedOn(groups.get(path).map((name) => [name, exportsOf(name)])),
      );
      onLoad({ filter: /./, namespace: "chunk-apart" }, ({ path: name }) =>
        passedOn([[groupOf.get(name), exportsAgain(name)]]),
      );
      // One for all that is in it: each would load the file again.
      onLoad({ filter: /./, namespace: "file-apart" }, ({ path }) => passedOn([[path, exportsOfFile(path)]]));
      onLoad({ filter: /./, namespace: "chunk" }, ({ path }) => ({
        contents: texts.get(path),
        resolveDir: ".",
      }));
    },
  };

  await build({
    format: "esm",
    ...options,
    entryPoints: [...alone, ...groups.keys()].map((name) => ({ in: name, out: name.replace(/\.js$/, "") })),
    bundle: true,
    plugins: [merging],
  });
}

/** A module that exports these of other modules. */
function passedOn(modules) {
  const statements = modules.map(([name, names]) =>
    names.length === 0 ? `import "./${name}";` : `export { ${names.join(", ")} } from "./${name}";`,
  );
  return { contents: statements.join("\n"), resolveDir: "." };
}

/** The chunks of each file that several make up, by its name, which tells what is in it. */
function groupsOf(chunks, alwaysLoaded) {
  const loads = loadsOf(chunks, alwaysLoaded);
  const later = loadedLater(chunks);
  const main = [...chunks].filter(([, { entryPoint }]) => entryPoint === MAIN).map(([name]) => name);
  const first = closure(chunks, main);
  const byCommands = new Map();
  for (const [name, { entryPoint }] of chunks) {
    if (entryPoint !== undefined) continue;
    const by = (entries) => entries.filter(([, loaded]) => loaded.has(name)).map(([entry]) => entry);
    const commands = by(loads);
    // What a command imports on some runs alone must not bring along what only other commands need.
    const common = commands.length >= COMMON ? "common" : [...commands, ...by(later)].join();
    const key = first.has(name) ? "main" : common;
    if (key === "") continue;
    if (!byCommands.has(key)) byCommands.set(key, []);
    byCommands.get(key).push(name);
  }
  return new Map(
    [...byCommands.values()]
      .filter(({ length }) => length > 1)
      .map((names) => {
        const hash = createHash("sha256").update(names.toSorted().join()).digest("base64url");
        return [`shared-${hash.replaceAll(/[-_]/g, "").slice(0, 8)}.js`, names];
      }),
  );
}

/** What each command loads when it runs: its own chunk, what that imports later, and what nearly all import. */
function loadsOf(chunks, alwaysLoaded) {
  const always = [...chunks].filter(([, { entryPoint }]) => alwaysLoaded.includes(entryPoint));
  return [...chunks]
    .filter(([, { entryPoint }]) => isCommand(entryPoint))
    .map(([command]) => {
      const loaded = closure(chunks, [command, ...imported(chunks, command, "dynamic-import")]);
      const later = new Set([...loaded].flatMap((name) => imported(chunks, name, "dynamic-import")));
      const more = always.map(([name]) => name).filter((name) => later.has(name));
      return [command, closure(chunks, more, loaded)];
    });
}

/** What each file that commands import when they need it loads. */
function loadedLater(chunks) {
  return [...chunks]
    .filter(([, { entryPoint }]) => entryPoint !== undefined && !isCommand(entryPoint))
    .map(([name]) => [name, closure(chunks, [name])]);
}

function isCommand(entryPoint) {
  return /^src\/commands\/[^/]+\/command\.ts$/.test(entryPoint ?? "");
}

/** The chunks with what they import at once. */
function closure(chunks, names, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    closure(chunks, imported(chunks, name, "import-statement"), found);
  }
  return found;
}

function imported(chunks, name, kind) {
  return chunks
    .get(name)
    .imports.filter((one) => one.kind === kind)
    .map(({ path }) => basename(path))
    .filter((path) => chunks.has(path));
}
