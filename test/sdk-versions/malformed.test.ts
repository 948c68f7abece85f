import { expect, it } from "vitest";
import { examineFile } from "../../src/sdk-versions/examine.ts";

const CASES: readonly (readonly [name: string, text: string, problem: RegExp])[] = [
  [
    "package-lock.json",
    '{\n  "lockfileVersion": 3,\n  "packages": {,}\n}',
    /^line 3, column 16: is not valid JSON$/,
  ],
  ["package-lock.json", '{"lockfileVersion": 3, "packages": {', /^line 1, column 37: is not valid JSON$/],
  ["package-lock.json", "[]", /^is not a JSON object$/],
  ["package-lock.json", '{"name": "a"}', /^'lockfileVersion' is missing$/],
  [
    "package-lock.json",
    '{"lockfileVersion": 3, "packages": ["a"]}',
    /^'packages' is not an object of objects$/,
  ],
  ["bom.json", '{"bomFormat": "CycloneDX", "components": {}}', /^'components' is not a list of objects$/],
  ["sbom.json", '{"artifacts": []}', /^is neither CycloneDX nor SPDX; use syft -o cyclonedx-json/],
  ["composer.lock", "{}", /^'packages' is missing$/],
  ["composer.lock", '{"packages": [{"version": "1"}]}', /^a package has no 'name'$/],
  ["packages.lock.json", '{"version": 1}', /^'dependencies' is missing$/],
  ["Cargo.lock", '[[package]]\nname = "a"\nversion = 1.2.3\n', /^line 3, column \d+: is not valid TOML$/],
  ["uv.lock", '[[package]]\nversion = "1"\n', /^a \[\[package\]\] has no 'name'$/],
  ["poetry.lock", 'package = "a"', /^'package' is not a list of objects$/],
  ["pom.xml", "<project>\n  <dependencies>\n</project>\n", /^line \d, column \d+: is not valid XML$/],
  [
    "pom.xml",
    "<project>\n<dependencies>\n<dependency>\n<groupId>a</groupId></dependency></dependencies></project>",
    /^line 3: .* lacks/,
  ],
  ["pom.xml", "<html/>", /^is not a Maven project$/],
  ["go.mod", "go 1.22\n", /^has no 'module' line$/],
  ["go.mod", "module a\n\nrequire (\n\tb v1.0.0\n", /^line 3: opens a block that is not closed$/],
  ["go.mod", "module a\nrequire b\n", /^line 2: requires something other than a module and its version$/],
  ["go.mod", "module a\nreplace b\n", /^line 2: replaces a module with nothing$/],
  ["go.mod", "module a\n<<<<<<< HEAD\n", /^line 2: is not a directive of go.mod$/],
  ["Gemfile.lock", "GEM\n  specs:\n<<<<<<< HEAD\n", /^line 3: is an unresolved merge conflict$/],
  ["Gemfile.lock", "nothing here\n", /^has no GEM or DEPENDENCIES section/],
  ["requirements.txt", "requests\nboto3=1.2\n", /^line 2: is not a requirement$/],
  ["requirements.txt", "boto3==1.2,oops\n", /^line 1: is not a requirement$/],
  ["package-lock.json", " \n", /^is empty$/],
  // A key that does not look like one may be anything.
  ["Pipfile.lock", '{"default": {}, "my secret key": ["a"]}', /^'…' is not an object of objects$/],
  [
    "Pipfile.lock",
    JSON.stringify({ default: {}, ["a".repeat(100_000)]: ["a"] }),
    /^'…' is not an object of objects$/,
  ],
  [
    "packages.lock.json",
    '{"dependencies": {"net 6\\nforged": {"a": 1}}}',
    /^'…' is not an object of objects$/,
  ],
  [
    "package-lock.json",
    '{"lockfileVersion": 3, "packages": {"node_modules/a": 1}}',
    /^'packages' is not an object of objects$/,
  ],
  [
    "pnpm-lock.yaml",
    "lockfileVersion: '9.0'\npackages:\n  my secret key: text\n",
    /^line 3: '…' is not a mapping$/,
  ],
  [
    "pnpm-lock.yaml",
    "lockfileVersion: '9.0'\npackages:\n  /a@1.0.0: b\n",
    /^line 3: '\/a@1\.0\.0' is not a m/,
  ],
  [
    "yarn.lock",
    `__metadata:\n  version: 6\n? ${"a".repeat(100_000)}\n: text\n`,
    /^line 3: '…' is not a mapping$/,
  ],
  [
    "notes.md",
    "# Notes\n",
    /^is not a supported file; supported are CycloneDX or SPDX JSON, CycloneDX XML, SPDX/,
  ],
];

it.each(CASES)("%s %j: what is wrong, and where", (name, text, problem) => {
  const result = examineFile(name, text, ["irsa"]);
  expect(result.ok ? "" : result.problem).toMatch(problem);
});

it.each([
  ["requirements.txt", "# nothing\n"],
  ["Cargo.lock", "version = 4\n"],
  ["package-lock.json", '{"lockfileVersion": 3}'],
  ["bom.json", '{"bomFormat": "CycloneDX"}'],
  ["pom.xml", "<project/>"],
])("%s %j is in order and holds nothing", (name, text) => {
  expect(examineFile(name, text, ["irsa"])).toMatchObject({ ok: true, value: { packages: [], lacking: [] } });
});
