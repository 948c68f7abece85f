// Merges the chunks that esbuild splits the commands into: to load a file costs Node more than to read what is in it.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { build } from "esbuild";

/** From so many commands on, a chunk is in the one file that nearly every command loads. */
const COMMON = 16;

/**
 * Writes the commands with fewer files. Chunks that the same commands load become one file, and so do those that at
 * least `COMMON` of them load: a file imports only from files that at least the same commands load, so that there are no
 * circles, and no command loads much that it does not need.
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
  const exportsOf = (name) => chunks.get(name).exports;
  const alone = [...chunks.keys()].filter((name) => !groupOf.has(name));

  const merging = {
    name: "merging",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /./ }, ({ path, kind, importer, namespace }) => {
        if (kind === "entry-point") return { path, namespace: groups.has(path) ? "group" : "chunk" };
        const name = basename(path);
        if (kind !== "import-statement" || !chunks.has(name) || namespace === "moved")
          return { path, external: true };
        const group = groupOf.get(name);
        if (group === undefined) return { path, external: true };
        const from = namespace === "group" ? importer : groupOf.get(importer);
        return { path: name, namespace: from === group ? "chunk" : "moved" };
      });
      // Each chunk's exports have names of their own, as chunks name theirs alike.
      onLoad({ filter: /./, namespace: "group" }, ({ path }) => ({
        contents: groups
          .get(path)
          .map((name) => `import "./${name}"; ${exported(name, (one) => `${one} as ${one}${ids.get(name)}`)}`)
          .join("\n"),
        resolveDir: ".",
      }));
      onLoad({ filter: /./, namespace: "moved" }, ({ path: name }) => {
        const group = `./${groupOf.get(name)}`;
        const names = exportsOf(name).map((one) => `${one}${ids.get(name)} as ${one}`);
        return { contents: `import "${group}"; export { ${names.join(", ")} } from "${group}";` };
      });
      onLoad({ filter: /./, namespace: "chunk" }, ({ path }) => ({
        contents: texts.get(path),
        resolveDir: ".",
      }));
    },
  };

  function exported(name, as) {
    const names = exportsOf(name).map(as);
    return names.length === 0 ? "" : `export { ${names.join(", ")} } from "./${name}";`;
  }

  await build({
    ...options,
    entryPoints: [...alone, ...groups.keys()].map((name) => ({ in: name, out: name.replace(/\.js$/, "") })),
    bundle: true,
    format: "esm",
    plugins: [merging],
  });
}

/** The chunks of each file that several make up, by its name, which tells what is in it. */
function groupsOf(chunks, alwaysLoaded) {
  const loads = loadsOf(chunks, alwaysLoaded);
  const later = loadedLater(chunks);
  const byCommands = new Map();
  for (const [name, { entryPoint }] of chunks) {
    if (entryPoint !== undefined) continue;
    const by = (entries) => entries.filter(([, loaded]) => loaded.has(name)).map(([entry]) => entry);
    const commands = by(loads);
    // What a command imports on some runs alone must not bring along what only other commands need.
    const key = commands.length >= COMMON ? "common" : [...commands, ...by(later)].join();
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
