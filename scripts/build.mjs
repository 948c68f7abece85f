// Bundles src/ to dist/: main.cjs with what every run needs; commands/, with what each command needs besides.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { build } from "esbuild";
import { writeLibraryTypes } from "./library-types.mjs";
import { mergeChunks } from "./merge-chunks.mjs";
import { pageParts, pageWithin, WITHIN_DAGRE } from "./page.mjs";
import { writeSbom } from "./sbom.mjs";
import { noticesOf } from "./third-party-notices.mjs";

const { version, homepage } = JSON.parse(readFileSync("package.json", "utf8"));

const common = {
  bundle: true,
  platform: "node",
  target: "node20.19",
  // The AWS SDK's ES modules: of its CommonJS ones nothing unused can be left out.
  mainFields: ["module", "main"],
  minify: true,
  keepNames: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  // By `require`: to import from CommonJS, Node would first look through all of it for names.
  supported: { "dynamic-import": false },
  define: {
    IRSA_VERSION: JSON.stringify(version),
    IRSA_HOMEPAGE: JSON.stringify(homepage),
    // The AWS SDK's notice about Node 20 is eight lines on stderr; it is not for a library to set this in the environment.
    "process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": '"true"',
  },
};

/**
 * What main and the commands must have one copy of, as failures, printable lines and errors are told by their classes, and what commands
 * load must be known as secret where it is printed: main has it, and the commands get it from there. By name or file, with
 * what it exports.
 */
const OURS = [
  "src/model/failure.ts",
  "src/model/secrets.ts",
  "src/output/line.ts",
  "src/output/text-block.ts",
];
const SHARED = {
  commander: Object.keys(await import("commander")).filter((name) => name !== "default"),
  ...Object.fromEntries(OURS.map(exportsOf)),
};

function exportsOf(file) {
  const exported = readFileSync(file, "utf8").matchAll(/^export (?:const|class|(?:async )?function) (\w+)/gm);
  return [file, [...exported].map(([, name]) => name)];
}

/** `create-sa` of `…/commands/create-sa/command.ts`. */
function commandOf(path) {
  return basename(dirname(path));
}

/** The commands' sources, by what main imports when it runs them. */
const commands = new Set();

const commandsApart = {
  name: "commands-apart",
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/commands\// }, ({ path, kind }) => {
      if (kind !== "dynamic-import") return undefined;
      commands.add(`src/${path.slice("./".length)}`);
      return { path: `./commands/${commandOf(path)}.cjs`, external: true };
    });
  },
};

const sharedFromMain = {
  name: "shared-from-main",
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^commander$|\/(?:failure|secrets|line|text-block)\.ts$/ },
      ({ path, resolveDir }) => {
        // Relative: esbuild hashes the paths of modules that are no files as they are, and an absolute one names this folder.
        const shared = path.startsWith(".") ? relative(".", resolve(resolveDir, path)) : path;
        return shared in SHARED ? { path: shared, namespace: "shared" } : undefined;
      },
    );
    onLoad({ filter: /./, namespace: "shared" }, ({ path }) => ({
      contents: `const main = require("../main.cjs");
        export const { ${SHARED[path].join(", ")} } = main;`,
    }));
  },
};

const page = await pageParts();

rmSync("dist", { recursive: true, force: true });
const main = await build({
  ...common,
  stdin: {
    contents: ["./src/main.ts", ...OURS.map((file) => `./${file}`), "commander"]
      .map((name) => `export * from "${name}";`)
      .join("\n"),
    resolveDir: ".",
  },
  outfile: "dist/main.cjs",
  // Node 20 starts it in half the time that it takes for ES modules.
  format: "cjs",
  plugins: [commandsApart],
});
const apart = await build({
  ...common,
  // In the order in which esbuild came by them they would differ from build to build.
  entryPoints: [
    ...[...commands]
      .toSorted((one, other) => (one < other ? -1 : 1))
      .map((path) => ({ in: path, out: commandOf(path) })),
    { in: "src/library/index.ts", out: "library" },
  ],
  outdir: "dist/commands",
  splitting: true,
  format: "esm",
  supported: {},
  external: ["../main.cjs"],
  write: false,
  plugins: [sharedFromMain, pageWithin(page)],
});
const { platform, target, supported } = common;
await mergeChunks(apart, ["src/kubernetes/connect.ts"], {
  platform,
  target,
  supported,
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  outdir: "dist/commands",
  format: "cjs",
  outExtension: { ".js": ".cjs" },
});
const { exports } = apart.metafile.outputs["dist/commands/library.js"];
writeFileSync(
  "dist/library.js",
  `import library from "./commands/library.cjs";\nexport const { ${exports.join(", ")} } = library;\n`,
);
writeLibraryTypes("dist/types");
const metafiles = [main.metafile, apart.metafile, page.metafile];
const metafile = {
  inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
  outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)),
};

/** What the program answers, for bin/irsa.cjs to say without loading it. */
function say(args) {
  const program = `require("./dist/main.cjs").main(${JSON.stringify(args)})`;
  return execFileSync(process.execPath, ["-e", program], { env: {} });
}

mkdirSync("dist/said");
writeFileSync("dist/said/help.txt", say(["--help"]));
writeFileSync("dist/said/version.txt", say(["--version"]));

/** Data of others that is no package. */
const { source, date } = JSON.parse(readFileSync("packages/sandbox/src/aws/iam/aws-policies.json", "utf8"));
const DATA_NOTICE = `AWS managed policies of ${date}, from ${source}; the license is that of irsa itself (LICENSE)`;
writeFileSync(
  "dist/THIRD-PARTY-NOTICES.txt",
  `${noticesOf(metafile, [WITHIN_DAGRE])}\n${"-".repeat(80)}\n${DATA_NOTICE}\n`,
);
writeSbom(metafile, [WITHIN_DAGRE], "dist/sbom.cdx.json");
