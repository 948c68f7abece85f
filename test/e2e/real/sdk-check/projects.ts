/** A package of a generated project. */
export interface Made {
  readonly name: string;
  readonly version: string;
  /** For development only. */
  readonly dev: boolean;
}

/** A kind of file, and what its package manager writes of packages, the first of which are the project's own choice. */
export interface ProjectKind {
  readonly kind: string;
  readonly title: string;
  readonly nameOf: (random: Random) => string;
  readonly write: (packages: readonly Made[]) => string;
  /** The file says what is for development only. */
  readonly tellsDevelopment: boolean;
}

/** Whole numbers below a bound, the same each time. */
export type Random = (below: number) => number;

/** A generator of a seed. Source: Park and Miller, "Random number generators: good ones are hard to find". */
export function randomOf(seed: number): Random {
  let state = seed * 7919 + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Packages with names that differ, some of one name in several versions where the kind can have that. */
export function madePackages({ nameOf }: ProjectKind, random: Random): Made[] {
  const names = new Set(Array.from({ length: 1 + random(30) }, () => nameOf(random)));
  return [...names].map((name) => ({
    name,
    version: `${random(20)}.${random(200)}.${random(50)}`,
    dev: random(4) === 0,
  }));
}

const WORDS = [
  "aws",
  "http",
  "left",
  "pad",
  "core",
  "util",
  "json",
  "stream",
  "types",
  "client",
  "s3",
  "log",
];
const word = (random: Random): string =>
  `${WORDS[random(WORDS.length)]}-${WORDS[random(WORDS.length)]}${random(3) === 0 ? random(90) : ""}`;
const plain = word;
const npm = (random: Random): string =>
  random(3) === 0 ? `@${["aws-sdk", "acme", "types"][random(3)]}/${word(random)}` : word(random);
const maven = (random: Random): string =>
  `${["software.amazon.awssdk", "com.amazonaws", "org.example"][random(3)]}:${word(random)}`;
const composer = (random: Random): string => `${["aws", "acme"][random(2)]}/${word(random)}`;
const goModule = (random: Random): string =>
  `${["github.com/aws", "example.com/x"][random(2)]}/${word(random)}`;
const nuget = (random: Random): string => `AWSSDK.${word(random)}`;

const record = (
  packages: readonly Made[],
  valueOf: (one: Made) => unknown,
  keyOf = (one: Made) => one.name,
): object => Object.fromEntries(packages.map((one) => [keyOf(one), valueOf(one)]));
const run = (packages: readonly Made[]): Made[] => packages.filter(({ dev }) => !dev);
const forDevelopment = (packages: readonly Made[]): Made[] => packages.filter(({ dev }) => dev);
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const range = ({ version }: Made): string => `^${version}`;
const quoted = (key: string): string => (key.startsWith("@") ? `'${key}'` : key);
const purl = (type: string, { name, version }: Made): string =>
  `pkg:${type}/${name.replace("@", "%40").replace(":", "/")}@${version}`;

function pnpm(version: "5.4" | "6.0" | "9.0", packages: readonly Made[]): string {
  const roots = (title: string, of: readonly Made[], indent: string): string[] =>
    of.length === 0
      ? []
      : [
          `${indent}${title}:`,
          ...of.flatMap((one) => [
            `${indent}  ${quoted(one.name)}:`,
            `${indent}    specifier: ${range(one)}`,
            `${indent}    version: ${one.version}`,
          ]),
        ];
  const keyOf = ({ name, version: v }: Made): string =>
    quoted({ "5.4": `/${name}/${v}`, "6.0": `/${name}@${v}`, "9.0": `${name}@${v}` }[version]);
  const entries = packages.flatMap((one) => [
    "",
    `  ${keyOf(one)}:`,
    "    resolution: {integrity: sha512-aGk=}",
    "    engines: {node: '>=6.9.0'}",
    ...(version === "9.0" ? [] : [`    dev: ${one.dev}`]),
  ]);
  const importers = [
    ...roots("dependencies", run(packages), "    "),
    ...roots("devDependencies", forDevelopment(packages), "    "),
  ];
  const head = version === "9.0" ? ["", "importers:", "", "  .:", ...importers] : [];
  const snapshots =
    version === "9.0" ? ["", "snapshots:", ...packages.flatMap((one) => ["", `  ${keyOf(one)}: {}`])] : [];
  const lockfileVersion = version === "5.4" ? version : `'${version}'`;
  return [`lockfileVersion: ${lockfileVersion}`, ...head, "", "packages:", ...entries, ...snapshots, ""].join(
    "\n",
  );
}

function bun(packages: readonly Made[]): string {
  const workspace = {
    name: "made",
    dependencies: record(run(packages), range),
    devDependencies: record(forDevelopment(packages), range),
  };
  const entries = packages.map(
    ({ name, version }) => `    "${name}": ["${name}@${version}", "", {}, "sha512-aGk="],\n`,
  );
  return `{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": ${JSON.stringify(workspace)},\n  },\n  "packages": {\n${entries.join("\n")}  }\n}\n`;
}

/** As each package manager writes them, in order of name. */
export const PROJECT_KINDS: readonly ProjectKind[] = [
  {
    kind: "package-lock.json",
    title: "npm 5",
    nameOf: npm,
    tellsDevelopment: true,
    write: (all) =>
      json({
        name: "made",
        lockfileVersion: 1,
        requires: true,
        dependencies: record(all, ({ version, dev }) => ({
          version,
          resolved: "https://r",
          integrity: "sha512-aGk=",
          ...(dev && { dev }),
        })),
      }),
  },
  {
    kind: "package-lock.json",
    title: "npm 7",
    nameOf: npm,
    tellsDevelopment: true,
    write: (all) =>
      json({
        name: "made",
        lockfileVersion: 3,
        packages: {
          "": { name: "made" },
          ...record(
            all,
            ({ version, dev }) => ({ version, resolved: "https://r", ...(dev && { dev }) }),
            ({ name }) => `node_modules/${name}`,
          ),
        },
      }),
  },
  ...(["5.4", "6.0", "9.0"] as const).map((version) => ({
    kind: "pnpm-lock.yaml",
    title: `pnpm ${version}`,
    nameOf: npm,
    tellsDevelopment: true,
    write: (all: readonly Made[]) => pnpm(version, all),
  })),
  {
    kind: "yarn.lock",
    title: "Yarn 1",
    nameOf: npm,
    tellsDevelopment: false,
    write: (all) =>
      `# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.\n# yarn lockfile v1\n\n\n${all.map((one) => `"${one.name}@${range(one)}", "${one.name}@>=0":\n  version "${one.version}"\n  resolved "https://r"\n  dependencies:\n    ms "2.0.0"\n`).join("\n")}`,
  },
  {
    kind: "yarn.lock",
    title: "Yarn 4",
    nameOf: npm,
    tellsDevelopment: false,
    write: (all) =>
      `__metadata:\n  version: 8\n  cacheKey: 10c0\n\n${all.map(({ name, version }) => `"${name}@npm:^${version}":\n  version: ${version}\n  resolution: "${name}@npm:${version}"\n  dependencies:\n    ms: "npm:2.0.0"\n  languageName: node\n  linkType: hard\n`).join("\n")}`,
  },
  { kind: "bun.lock", title: "Bun", nameOf: npm, tellsDevelopment: true, write: bun },
  ...(["poetry.lock", "uv.lock", "pdm.lock", "Cargo.lock"] as const).map((kind) => ({
    kind,
    title: kind,
    nameOf: plain,
    tellsDevelopment: false,
    write: (all: readonly Made[]) =>
      `version = 1\n\n${all.map(({ name, version }) => `[[package]]\nname = "${name}"\nversion = "${version}"\n${kind === "uv.lock" ? 'source = { registry = "https://r" }\n' : ""}${kind === "poetry.lock" ? 'optional = false\npython-versions = "*"\nfiles = []\n' : ""}`).join("\n")}`,
  })),
  {
    kind: "Pipfile.lock",
    title: "Pipenv",
    nameOf: plain,
    tellsDevelopment: true,
    write: (all) =>
      json({
        _meta: { "pipfile-spec": 6 },
        default: record(run(all), ({ version }) => ({ version: `==${version}`, hashes: [] })),
        develop: record(forDevelopment(all), ({ version }) => ({ version: `==${version}` })),
      }),
  },
  {
    kind: "gradle.lockfile",
    title: "Gradle",
    nameOf: maven,
    tellsDevelopment: false,
    write: (all) =>
      `# This is a Gradle generated file for dependency locking.\n# Manual edits can break the build and are not advised.\n# This file is expected to be part of source control.\n${all.map(({ name, version }) => `${name}:${version}=compileClasspath,runtimeClasspath\n`).join("")}empty=annotationProcessor\n`,
  },
  {
    kind: "libs.versions.toml",
    title: "Gradle version catalog",
    nameOf: maven,
    tellsDevelopment: false,
    write: (all) =>
      `[versions]\n${all.map(({ version }, i) => `v${i} = "${version}"\n`).join("")}\n[libraries]\n${all.map(({ name }, i) => `l${i} = { module = "${name}", version.ref = "v${i}" }\n`).join("")}`,
  },
  {
    kind: "packages.lock.json",
    title: "NuGet",
    nameOf: nuget,
    tellsDevelopment: false,
    write: (all) =>
      json({
        version: 1,
        dependencies: {
          "net8.0": record(all, ({ version }) => ({
            type: "Direct",
            requested: `[${version}, )`,
            resolved: version,
            contentHash: "aGk=",
          })),
        },
      }),
  },
  {
    kind: "made.deps.json",
    title: "deps.json",
    nameOf: nuget,
    tellsDevelopment: false,
    write: (all) =>
      json({
        runtimeTarget: { name: "net8.0" },
        targets: {},
        libraries: record(
          all,
          () => ({ type: "package", serviceable: true }),
          ({ name, version }) => `${name}/${version}`,
        ),
      }),
  },
  {
    kind: "packages.config",
    title: "packages.config",
    nameOf: nuget,
    tellsDevelopment: false,
    write: (all) =>
      `<?xml version="1.0" encoding="utf-8"?>\n<packages>\n${all.map(({ name, version }) => `  <package id="${name}" version="${version}" targetFramework="net48" />\n`).join("")}</packages>\n`,
  },
  {
    kind: "made.csproj",
    title: "csproj",
    nameOf: nuget,
    tellsDevelopment: false,
    write: (all) =>
      `<Project Sdk="Microsoft.NET.Sdk">\n  <ItemGroup>\n${all.map(({ name, version }) => `    <PackageReference Include="${name}" Version="${version}" />\n`).join("")}  </ItemGroup>\n</Project>\n`,
  },
  {
    kind: "go.mod",
    title: "Go",
    nameOf: goModule,
    tellsDevelopment: false,
    write: (all) =>
      `module example.com/made\n\ngo 1.22\n\nrequire (\n${all.map(({ name, version }) => `\t${name} v0.${version.replace(/^\d+\./, "")} // indirect\n`).join("")})\n`,
  },
  {
    kind: "Gemfile.lock",
    title: "Bundler",
    nameOf: plain,
    tellsDevelopment: false,
    write: (all) =>
      `GEM\n  remote: https://rubygems.org/\n  specs:\n${all.map(({ name, version }) => `    ${name} (${version})\n      rake (>= 1.0)\n`).join("")}\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n${all.map(({ name }) => `  ${name}\n`).join("")}\nBUNDLED WITH\n   2.5.3\n`,
  },
  {
    kind: "composer.lock",
    title: "Composer",
    nameOf: composer,
    tellsDevelopment: true,
    write: (all) =>
      json({
        "content-hash": "a",
        packages: run(all).map(({ name, version }) => ({ name, version, dist: {} })),
        "packages-dev": forDevelopment(all).map(({ name, version }) => ({ name, version })),
      }),
  },
  {
    kind: "conan.lock",
    title: "Conan 2",
    nameOf: plain,
    tellsDevelopment: true,
    write: (all) =>
      json({
        version: "0.5",
        requires: run(all).map(({ name, version }) => `${name}/${version}#c0ffee%1.0`),
        build_requires: forDevelopment(all).map(({ name, version }) => `${name}/${version}#c0ffee%1.0`),
        python_requires: [],
      }),
  },
  {
    kind: "made.cdx.json",
    title: "CycloneDX JSON",
    nameOf: plain,
    tellsDevelopment: false,
    write: (all) =>
      json({
        bomFormat: "CycloneDX",
        specVersion: "1.5",
        version: 1,
        components: all.map((one) => ({
          type: "library",
          name: one.name,
          version: one.version,
          purl: purl("pypi", one),
        })),
      }),
  },
  {
    kind: "made.cdx.xml",
    title: "CycloneDX XML",
    nameOf: plain,
    tellsDevelopment: false,
    write: (all) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1">\n<components>\n${all.map((one) => `<component type="library"><name>${one.name}</name><version>${one.version}</version><purl>${purl("pypi", one)}</purl></component>\n`).join("")}</components>\n</bom>\n`,
  },
  {
    kind: "made.spdx.json",
    title: "SPDX JSON",
    nameOf: plain,
    tellsDevelopment: false,
    write: (all) =>
      json({
        spdxVersion: "SPDX-2.3",
        SPDXID: "SPDXRef-DOCUMENT",
        name: "made",
        dataLicense: "CC0-1.0",
        documentNamespace: "https://made.example",
        creationInfo: { creators: ["Tool: made"], created: "2026-01-01T00:00:00Z" },
        packages: all.map((one, i) => ({
          name: one.name,
          SPDXID: `SPDXRef-${i}`,
          versionInfo: one.version,
          downloadLocation: "NOASSERTION",
          externalRefs: [
            {
              referenceCategory: "PACKAGE-MANAGER",
              referenceType: "purl",
              referenceLocator: purl("pypi", one),
            },
          ],
        })),
      }),
  },
  {
    kind: "made.spdx",
    title: "SPDX tag-value",
    nameOf: plain,
    tellsDevelopment: false,
    write: (all) =>
      `SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: made\nDocumentNamespace: https://made.example\nCreator: Tool: made\nCreated: 2026-01-01T00:00:00Z\n${all.map((one, i) => `\nPackageName: ${one.name}\nSPDXID: SPDXRef-${i}\nPackageVersion: ${one.version}\nPackageDownloadLocation: NOASSERTION\nExternalRef: PACKAGE-MANAGER purl ${purl("pypi", one)}\n`).join("")}`,
  },
];
