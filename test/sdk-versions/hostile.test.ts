import { expect, it } from "vitest";
import { examineFile } from "../../src/sdk-versions/examine.ts";
import { unsupportedKind } from "../../src/sdk-versions/unsupported.ts";

const MANY = 200_000;
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
