import { expect, it } from "vitest";
import { examineFile } from "../../src/sdk-versions/examine.ts";
import { readListing } from "../../src/sdk-versions/read-listing.ts";
import type { Reader } from "../../src/sdk-versions/readers/reader.ts";
import { judgeScan, scanFile } from "../../src/sdk-versions/scan.ts";
import { unsupportedKind } from "../../src/sdk-versions/unsupported.ts";

const MANY = 200_000;
/** More than are taken as arguments of one call. */
const numbers = Array.from({ length: MANY }, (_, i) => i);
const blanks = " ".repeat(MANY);

/** Texts for which a search that begins again at each character would not come to an end within a test's time. */
const CASES: readonly (readonly [name: string, text: string])[] = [
  ["pnpm-lock.yaml", `lockfileVersion: '9.0'\na${blanks}b\n`],
  ["pnpm-lock.yaml", `lockfileVersion: '9.0'\npackages:\n  aws-sdk@${"/".repeat(MANY)}:\n    dev: false\n`],
  ["package.json", JSON.stringify({ dependencies: { "aws-sdk": `1${blanks}2` } })],
  ["package.json", JSON.stringify({ dependencies: { "aws-sdk": "|".repeat(MANY) } })],
  ["requirements.txt", `boto3${blanks}x\n`],
  ["requirements.txt", `boto3 @ https://${"/".repeat(MANY)}\n`],
  ["a.spdx", `SPDXVersion: SPDX-2.3\nPackageName: a${blanks}b\n`],
  ["a.spdx", "\n".repeat(MANY)],
  ["yarn.lock", `# yarn lockfile v1\n${"a, ".repeat(MANY)}\n`],
  [
    "bun.lock",
    `{"lockfileVersion":1,"workspaces":{},"packages":{"${"a/".repeat(MANY)}":["a@1","",{"dependencies":{"b":"1"}}]}}`,
  ],
  ["libs.versions.toml", `[libraries]\na = "software.amazon.awssdk:s3:[${"1".repeat(MANY)}"\n`],
  [
    "a.csproj",
    `<Project><PropertyGroup><V>${"x".repeat(MANY)}</V></PropertyGroup><ItemGroup><PackageReference Include="AWSSDK.Core" Version="${"$(V)".repeat(200)}"/></ItemGroup></Project>`,
  ],
  [
    "pom.xml",
    `<project><properties><v>${"x".repeat(MANY)}</v></properties><dependencies><dependency><groupId>com.amazonaws</groupId><artifactId>aws-java-sdk</artifactId><version>${"${v}".repeat(200)}</version></dependency></dependencies></project>`,
  ],
  [
    "package-lock.json",
    `{"lockfileVersion":3,\n"packages":{${Array.from({ length: 20_000 }, (_, i) => String.raw`"${i}/node_modules/\u0061ws-sdk":{"version":"2.1.0"}`).join(",")}}}`,
  ],
];

it.each(CASES)("%s: is read or refused, however long", (name, text) => {
  const result = examineFile(name, text, ["irsa", "pod-identity"]);
  expect(result.ok || result.problem !== "").toBe(true);
});

it.each(["a.gradle", "setup.cfg"])("%s: blank lines are looked through once", (name) => {
  expect(unsupportedKind(name)?.declares?.test("\n".repeat(MANY))).toBe(false);
});

/** Lists longer than a call takes arguments, and nesting deeper than calls nest: each is read as any other is. */
const LONG: readonly (readonly [what: string, name: string, text: string, versions: readonly string[]])[] = [
  ["bounds", "requirements.txt", `boto3${">=1.0,".repeat(MANY)}<2.0\n`, ["boto3"]],
  [
    "dependencies of one package",
    "pnpm-lock.yaml",
    [
      "lockfileVersion: '9.0'",
      "importers:\n  .:\n    dependencies:\n      a:\n        version: 1.0.0",
      "packages:\n  aws-sdk@2.1.0:\n    x: y",
      "snapshots:\n  a@1.0.0:\n    dependencies:",
      ...numbers.map((i) => `      b${i}: 1.0.0`),
      "  aws-sdk@2.1.0: {}",
    ].join("\n"),
    ["aws-sdk"],
  ],
  [
    "dependencies of one package",
    "bun.lock",
    JSON.stringify({
      lockfileVersion: 1,
      workspaces: { "": { dependencies: { a: "1" } } },
      packages: {
        a: ["a@1.0.0", "", { dependencies: Object.fromEntries(numbers.map((i) => [`b${i}`, "1"])) }],
        "aws-sdk": ["aws-sdk@2.1.0", "", {}],
      },
    }),
    ["aws-sdk"],
  ],
  [
    "keys of one package",
    "yarn.lock",
    `# yarn lockfile v1\naws-sdk@1${`, aws-sdk@2, "aws-sdk@3"`.repeat(1_500_000)}:\n  version "2.1.0"\n`,
    ["aws-sdk"],
  ],
  [
    "components in components",
    "a.cdx.xml",
    `<bom>${"<components><component>".repeat(20_000)}<name>aws-sdk</name><purl>pkg:npm/aws-sdk@2.1.0</purl>${"</component></components>".repeat(20_000)}</bom>`,
    ["aws-sdk"],
  ],
];

it.each(LONG)("more %s than calls take: %s is read", (_what, name, text, expected) => {
  const result = examineFile(name, text, ["irsa", "pod-identity"]);
  expect(result.ok ? result.value.packages.map((one) => one.name) : result.problem).toEqual(expected);
});

it.each([
  ["pnpm-lock.yaml", "lockfileVersion: '9.0'\nx: ", "a", "\n"],
  ["pnpm-lock.yaml", "lockfileVersion: '9.0'\nx: '", "a", "'\n"],
  ["bun.lock", '{"lockfileVersion":1,"workspaces":{},"packages":{},"x":"', "\\n", '"}'],
  ["deno.lock", '{"version":"4","npm":{},"remote":{"https://esm.sh', "/v1", '/aws-sdk@2.1.0":""}}'],
] as const)("%s: one string of tens of megabytes is read", (name, begin, unit, end) => {
  const result = examineFile(name, `${begin}${unit.repeat(45_000_000 / unit.length)}${end}`, ["irsa"]);
  expect(result.ok || result.problem).toBe(true);
});

it("a declaration beside more files than a call takes arguments is judged", () => {
  const read = scanFile("requirements.txt", "");
  const declared = scanFile("package.json", `{"dependencies":{"aws-sdk":"2.1.0"}}`);
  const locked = scanFile("package-lock.json", `{"lockfileVersion":3,"packages":{}}`);
  if (!read.ok || !declared.ok || !locked.ok) throw new Error("the test's own files are read");
  const others = numbers.map((i) => ({ ...read.value, path: `${i}-requirements.txt` }));
  expect(judgeScan([declared.value, ...others, locked.value], ["irsa"])[0]?.isComplete).toBe(true);
});

it("a file for which a reader has no room left is refused, as that one file", () => {
  const deep = (text: string): ReturnType<Reader["read"]> => deep(`${text}x`.slice(1));
  const reader: Reader = { format: "x", fileName: /x/, looksLike: () => true, read: deep };
  expect(readListing("x", "text", reader)).toEqual({
    ok: false,
    problem: "is too large or too deeply nested",
  });
});

it.each([
  ["aws-sdk@1, aws-sdk@2:", true],
  [`"aws-sdk@npm:^1, ^2", aws-sdk@2:`, true],
  [`"aws-sdk@1",aws-sdk@2:`, true],
  ["aws-sdk@1,  aws-sdk@2::", true],
  ["aws-sdk@1, :", false],
  ["aws-sdk@1,:", false],
  ["aws-sdk@1 aws-sdk@2:", false],
  ["aws-sdk@1, aws-sdk@2", false],
  [`"aws-sdk@1, aws-sdk@2:`, false],
  [`"aws-sdk@1"aws-sdk@2:`, false],
  [":", false],
] as const)("yarn.lock: whether %s begins an entry", (line, begins) => {
  const result = examineFile("yarn.lock", `# yarn lockfile v1\n${line}\n  version "2.1.0"\n`, ["irsa"]);
  expect(result.ok).toBe(begins);
});

it.each([
  [
    "package-lock.json",
    { lockfileVersion: 3, packages: { "node_modules/b": { name: "@aws-sdk/client-$" } } },
  ],
  ["package.json", { dependencies: { "@aws-sdk/client-$": "1.0.0" } }],
] as const)("%s: of a name no more is kept than anybody reads", (name, document) => {
  const text = JSON.stringify(document).replace("$", "a".repeat(MANY));
  const result = examineFile(name, text, ["irsa"]);
  const names = result.ok ? result.value.packages.map((one) => one.name.length) : [];
  expect(names).toEqual([500]);
});

it.each([
  ["git+https://me:$@git.example/a.git", "git+https://"],
  ["git+https://$@git.example/a.git?x=1", "git+https://"],
  ["https://git.example/a.tgz?token=$", "https://git.example/a.tgz"],
  [`https://git.example/${"a".repeat(400)}//me:$@b`, "https://git.example/aaa"],
])("bun.lock: of the address %s no secret is kept, however long it is", (address, begin) => {
  const id = `aws-sdk@${address.replace("$", "s3cret".repeat(300))}`;
  const lock = { lockfileVersion: 1, workspaces: {}, packages: { "aws-sdk": [id, {}, ""] } };
  const result = examineFile("bun.lock", JSON.stringify(lock), ["irsa"]);
  const texts = result.ok ? result.value.packages.map((one) => one.version.text) : [];
  expect(texts).toEqual([expect.stringContaining(begin)]);
  expect(texts.join("")).not.toContain("s3cret");
});
