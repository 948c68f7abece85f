import { mkdtemp, readFile, rm, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readListing } from "../../../../src/sdk-versions/read-listing.ts";
import { madePackages, PROJECT_KINDS, randomOf } from "./projects.ts";
import { readWithSecondReader, samplesOf, type KindedFile, type SecondAnswer } from "./second-reader.ts";

/** Projects of each kind. */
const PROJECTS = 10;

/** Kinds of the samples that come with the second reader, by its extractor. */
const SAMPLES: readonly (readonly [kind: string, extractor: string])[] = [
  ["pnpm-lock.yaml", "language/javascript/pnpmlock"],
  ["yarn.lock", "language/javascript/yarnlock"],
  ["bun.lock", "language/javascript/bunlock"],
  ["package-lock.json", "language/javascript/packagelockjson"],
  ["gradle.lockfile", "language/java/gradlelockfile"],
  ["libs.versions.toml", "language/java/gradleversioncatalog"],
  ["poetry.lock", "language/python/poetrylock"],
  ["uv.lock", "language/python/uvlock"],
  ["pdm.lock", "language/python/pdmlock"],
  ["Pipfile.lock", "language/python/pipfilelock"],
  ["made.deps.json", "language/dotnet/depsjson"],
  ["packages.lock.json", "language/dotnet/packageslockjson"],
  ["packages.config", "language/dotnet/packagesconfig"],
  ["made.csproj", "language/dotnet/csproj"],
  ["go.mod", "language/golang/gomod"],
  ["Gemfile.lock", "language/ruby/gemfilelock"],
  ["Cargo.lock", "language/rust/cargolock"],
  ["composer.lock", "language/php/composerlock"],
  ["conan.lock", "language/cpp/conanlock"],
];

/** Why a sample's package is listed by one reader alone, or a sample refused by one; each by `sample: side package`. */
const EXPLAINED: readonly (readonly [reason: string, difference: RegExp])[] = [
  ["development only, as the second reader says too", /: theirs .*\[(.*,)?(dev|build-requires)(,.*)?\]$/],
  [
    "development only, which the second reader does not work out",
    /^(bunlock\/(commits|files|nested-dependencies(-dup)?|scoped-packages-mixed)|pnpmlock\/(mixed-groups|one-package-dev)\.v9)\S*: theirs /,
  ],
  ["development only by its own attribute", /^packagesconfig\/valid: theirs Microsoft\.Net\.Compilers /],
  ["the project's own workspace", /: theirs \S+ 0\.0\.0-use\.local$/],
  ["the project's own workspace", /^packagelockjson\/workspaces\S*: theirs @my-monorepo\//],
  ["the project itself", /^depsjson\/\w+: theirs TestLibrary 1\.0\.0$/],
  [
    "the project itself, which uv lists and the second reader leaves out",
    /^uvlock\/\S+: ours uv-lockfiles 0\.1\.0$/,
  ],
  ["the second reader takes npm-shrinkwrap.json beside it", /^packagelockjson\/package-lock\.json: ours /],
  ["no version given: the second reader leaves it out", /: ours \S+ $/],
  ["a folder, which is listed by its path where it has no name", /^pnpmlock\/files\.yaml: (ours|theirs) /],
  ["Go's own library", /: theirs stdlib /],
  ["go.sum, which is a file of its own here", /^gomod\/indirect-1\.16\.mod: theirs /],
  ["no go.mod: it does not name its module", /^gomod\/replace-\S+: refused has no 'module' line$/],
  [
    "a line that is none",
    /^(gradlelockfile\/with-bad-pkg: refused line 3|packagesconfig\/nopackage: refused line 4)/,
  ],
  [
    "Bun writes the version of its format always",
    /^bunlock\/empty\.json5: refused 'lockfileVersion' is missing$/,
  ],
  ["an empty file is none that its package manager writes", /: refused is empty$/],
  ["no JSON at all", /^depsjson\/invalid: refused /],
  ["another tool's file of that name", /^depsjson\/editor\.deps\.json: refused is not a JSON object$/],
  [
    "a key that is no package's, for which the second reader takes nothing",
    /^pnpmlock\/invalid-paths?\.yaml: taken /,
  ],
];

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "second-reader-"))));
afterAll(async () => rm(folder, { recursive: true }));

let compared = 0;
afterAll(() => console.log(`second reader: ${compared} projects`));

it("has at least 200 generated projects", () => {
  expect(PROJECT_KINDS.length * PROJECTS).toBeGreaterThanOrEqual(200);
});

/** `name version` of all packages, or why the text is refused. */
function ours(kind: string, text: string): string[] | string {
  const read = readListing(kind, text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n"));
  if (!read.ok) return read.problem;
  return unique(
    read.value.listing.packages.map(({ name, version }) => {
      const exact = version.from !== undefined && version.from === version.to?.version ? version.from : "";
      return `${name} ${kind === "go.mod" ? exact.replace(/^v/, "") : exact}`;
    }),
  );
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted();
}

describe.each(PROJECT_KINDS)("$title", (kind) => {
  it(`has the same packages and versions in ${PROJECTS} projects`, async () => {
    const made = Array.from({ length: PROJECTS }, (_, seed) => madePackages(kind, randomOf(seed + 1)));
    const files: KindedFile[] = [];
    for (const [i, packages] of made.entries()) {
      const path = join(folder, kind.title.replace(/\W/g, "-"), `${i}`, kind.kind);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, kind.write(packages));
      files.push({ kind: kind.kind, path });
    }
    const answers = await readWithSecondReader(files);
    for (const [i, packages] of made.entries()) {
      const texts = packages.map(({ name, version }) =>
        kind.kind === "go.mod" ? `${name} 0.${version.replace(/^\d+\./, "")}` : `${name} ${version}`,
      );
      const kept = texts.filter((_, at) => !(kind.tellsDevelopment && packages[at]?.dev === true));
      const { path = "" } = files[i] ?? {};
      expect(ours(kind.kind, await readFile(path, "utf8"))).toEqual(unique(kept));
      const answer = answers[i];
      expect(answer?.error).toBeUndefined();
      const theirs = unique((answer?.packages ?? []).map(({ name, version }) => `${name} ${version}`));
      // The second reader lists what is for development too.
      expect(theirs.filter((one) => !one.startsWith("stdlib "))).toEqual(unique(texts));
      compared += 1;
    }
  });
});

describe.each(SAMPLES)("%s: the samples of the second reader", (kind, extractor) => {
  it("are read alike, or the difference is explained", async () => {
    const paths = await samplesOf(extractor);
    const answers = await readWithSecondReader(paths.map((path) => ({ kind, path })));
    const differences: string[] = [];
    for (const answer of answers) {
      const text = await readFile(answer.path, "utf8");
      const sample = `${basename(extractor)}/${basename(answer.path)}`;
      differences.push(...differencesOf(ours(kind, text), answer).map((one) => `${sample}: ${one}`));
      compared += 1;
    }
    expect(paths.length).toBeGreaterThan(0);
    const unexplained = differences.filter(
      (one) => !EXPLAINED.some(([, difference]) => difference.test(one)),
    );
    expect(unexplained.join("\n"), unexplained.join("\n")).toBe("");
  });
});

function differencesOf(own: string[] | string, { packages, error }: SecondAnswer): string[] {
  if (typeof own === "string") return error === undefined ? [`refused ${own}`] : [];
  if (error !== undefined) return [`taken ${error}`];
  const theirs = packages.map(({ name, version, groups = [] }) => ({
    plain: `${name} ${version}`,
    shown: `${name} ${version}${groups.length === 0 ? "" : ` [${groups.join(",")}]`}`,
  }));
  return [
    ...own.filter((one) => !theirs.some(({ plain }) => plain === one)).map((one) => `ours ${one}`),
    ...theirs.filter(({ plain }) => !own.includes(plain)).map(({ shown }) => `theirs ${shown}`),
  ];
}
