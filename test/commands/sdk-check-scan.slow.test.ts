import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gatherListings } from "../../src/commands/sdk-check/gather.ts";
import { checkSdks } from "../../src/commands/sdk-check/run.ts";
import type { SdkCheckFlags } from "../../src/commands/sdk-check/flags.ts";
import { listeningContext } from "../fakes/terminal.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "sdk-check-"))));
afterEach(async () => rm(folder, { recursive: true }));

type Files = Readonly<Record<string, string | Buffer>>;

async function report(contents: Files, flags: Partial<SdkCheckFlags> = {}, paths: readonly string[] = ["."]) {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { context, heard } = listeningContext();
  const named = paths.map((path) => join(folder, path));
  await checkSdks(named, { for: "both", ...flags, output: "json" }, context);
  const { result: json } = JSON.parse(heard.out.join("\n")) as { result: Report };
  const relative = (path: string): string => path.replace(`${folder}/`, "");
  return {
    code: heard.code,
    summary: {
      ...json.summary,
      formats: Object.fromEntries(json.summary.formats.map(({ format, files }) => [format, files])),
    },
    packages: json.packages.map(({ file, name, version }) => `${relative(file)}: ${name} ${version}`),
    verdicts: json.packages.map(({ verdicts }) => verdicts.irsa?.verdict),
    unread: json.unreadable.map(({ file, problem, reason }) => `${relative(file)} ${reason}: ${problem}`),
  };
}

interface Report {
  readonly summary: {
    readonly files: number;
    readonly unread: number;
    readonly formats: readonly { readonly format: string; readonly files: number }[];
  };
  readonly packages: readonly {
    readonly file: string;
    readonly name: string;
    readonly version: string;
    readonly verdicts: Readonly<Record<string, { readonly verdict: string }>>;
  }[];
  readonly unreadable: readonly {
    readonly file: string;
    readonly problem: string;
    readonly reason: string;
  }[];
}

const dependency = (artifact: string, more = ""): string =>
  `<dependency><groupId>com.amazonaws</groupId><artifactId>${artifact}</artifactId>${more}</dependency>`;
const pom = (own: string, ...parts: readonly string[]): string =>
  `<project>${own}${parts.join("")}</project>`;
const parent = (artifact: string, way = ""): string =>
  `<parent><groupId>org.example</groupId><artifactId>${artifact}</artifactId><version>1.0</version>${way}</parent>`;
const own = (artifact: string): string =>
  `<groupId>org.example</groupId><artifactId>${artifact}</artifactId><version>1.0</version>`;
const managed = (...inner: readonly string[]): string =>
  `<dependencyManagement><dependencies>${inner.join("")}</dependencies></dependencyManagement>`;
const uses = (...inner: readonly string[]): string => `<dependencies>${inner.join("")}</dependencies>`;

describe("Maven: versions of other POMs in the same scan", () => {
  it.each<readonly [title: string, files: Files, packages: readonly string[]]>([
    [
      "a parent's managed version, by a property of the parent's",
      {
        "pom.xml": pom(
          own("parent"),
          "<properties><aws>1.12.701</aws></properties>",
          managed(dependency("aws-java-sdk-sqs", "<version>${aws}</version>")),
        ),
        "a/pom.xml": pom(
          parent("parent") + "<artifactId>a</artifactId>",
          uses(dependency("aws-java-sdk-sqs")),
        ),
      },
      ["a/pom.xml: com.amazonaws:aws-java-sdk-sqs 1.12.701"],
    ],
    [
      "the child's property in the parent's managed version",
      {
        "pom.xml": pom(
          own("parent"),
          "<properties><aws>1.12.701</aws></properties>",
          managed(dependency("aws-java-sdk-sqs", "<version>${aws}</version>")),
        ),
        "a/pom.xml": pom(
          parent("parent") + "<artifactId>a</artifactId>",
          "<properties><aws>1.12.790</aws></properties>",
          uses(dependency("aws-java-sdk-sqs")),
        ),
      },
      ["a/pom.xml: com.amazonaws:aws-java-sdk-sqs 1.12.790"],
    ],
    [
      "a parent that stands elsewhere, found by its name",
      {
        "build/parent.pom": pom(own("parent"), "<properties><aws>1.12.1</aws></properties>"),
        "x/a/pom.xml": pom(
          parent("parent", "<relativePath/>") + "<artifactId>a</artifactId>",
          uses(dependency("aws-java-sdk-s3", "<version>${aws}</version>")),
        ),
      },
      ["x/a/pom.xml: com.amazonaws:aws-java-sdk-s3 1.12.1"],
    ],
    [
      "a grandparent",
      {
        "pom.xml": pom(own("top"), managed(dependency("aws-java-sdk-s3", "<version>1.11.1</version>"))),
        "a/pom.xml": pom(parent("top") + "<artifactId>middle</artifactId>"),
        "a/b/pom.xml": pom(
          parent("middle") + "<artifactId>b</artifactId>",
          uses(dependency("aws-java-sdk-s3")),
        ),
      },
      ["a/b/pom.xml: com.amazonaws:aws-java-sdk-s3 1.11.1"],
    ],
    [
      "an imported BOM of the scan, which takes its versions from its own properties",
      {
        "bom/pom.xml": pom(
          own("bom"),
          "<properties><v>1.11.2</v></properties>",
          managed(dependency("aws-java-sdk-s3", "<version>${v}</version>")),
        ),
        "a/pom.xml": pom(
          own("a"),
          managed(
            "<dependency><groupId>org.example</groupId><artifactId>bom</artifactId><version>1.0</version><type>pom</type><scope>import</scope></dependency>",
          ),
          uses(dependency("aws-java-sdk-s3")),
        ),
      },
      ["a/pom.xml: com.amazonaws:aws-java-sdk-s3 1.11.2"],
    ],
    [
      "a scope of tests that the parent manages",
      {
        "pom.xml": pom(
          own("parent"),
          managed(dependency("aws-java-sdk-sqs", "<version>1.1</version><scope>test</scope>")),
        ),
        "a/pom.xml": pom(
          parent("parent") + "<artifactId>a</artifactId>",
          uses(dependency("aws-java-sdk-sqs")),
        ),
      },
      [],
    ],
    [
      "BOMs that import one another, and a parent that is its own",
      {
        "a/pom.xml": pom(
          parent("a", "<relativePath>pom.xml</relativePath>") + "<artifactId>a</artifactId>",
          managed(
            "<dependency><groupId>org.example</groupId><artifactId>b</artifactId><version>1.0</version><scope>import</scope></dependency>",
          ),
          uses(dependency("aws-java-sdk-s3", "<version>1.1</version>")),
        ),
        "b/pom.xml": pom(
          own("b"),
          managed(
            "<dependency><groupId>org.example</groupId><artifactId>a</artifactId><version>1.0</version><scope>import</scope></dependency>",
          ),
        ),
      },
      ["a/pom.xml: com.amazonaws:aws-java-sdk-s3 1.1"],
    ],
  ])("%s", async (_title, files, packages) => {
    expect((await report(files)).packages).toEqual(packages);
  });

  it("names the parent that is not among the files, and with --strict fails for it", async () => {
    const files = {
      "pom.xml": pom(parent("absent") + "<artifactId>a</artifactId>", uses(dependency("aws-java-sdk-s3"))),
    };
    const { packages, code } = await report(files);
    expect(packages).toEqual([
      "pom.xml: com.amazonaws:aws-java-sdk-s3 its version comes from org.example:absent:1.0, which is not among the files",
    ]);
    expect(code).toBe(0);
    expect((await report(files, { strict: true })).code).toBe(3);
  });
});

describe("what is asked for, and what was taken", () => {
  it.each<readonly [title: string, files: Files, packages: readonly string[]]>([
    [
      "package.json alone",
      { "package.json": '{"dependencies": {"aws-sdk": "^2.1.0"}}' },
      ["package.json: aws-sdk ^2.1.0"],
    ],
    [
      "package.json of a workspace, below the lock file that has its package",
      {
        "yarn.lock": '# yarn lockfile v1\n\naws-sdk@^2.1.0:\n  version "2.1691.0"\n',
        "packages/a/package.json": '{"dependencies": {"aws-sdk": "^2.1.0"}}',
      },
      ["yarn.lock: aws-sdk 2.1691.0"],
    ],
    [
      "package.json below a lock file that has not its package",
      {
        "yarn.lock": "# yarn lockfile v1\n",
        "example/package.json": '{"dependencies": {"aws-sdk": "2.1.0"}}',
      },
      ["example/package.json: aws-sdk 2.1.0"],
    ],
    [
      "pyproject.toml beside its lock file",
      {
        "pyproject.toml": '[project]\ndependencies = ["boto3>=1"]\n',
        "uv.lock": '[[package]]\nname = "boto3"\nversion = "1.9.0"\n',
      },
      ["uv.lock: boto3 1.9.0"],
    ],
    [
      "pyproject.toml alone",
      { "pyproject.toml": "[project]\ndependencies = [\"boto3[crt]>=1.9,<2 ; python_version > '3'\"]\n" },
      ["pyproject.toml: boto3 >=1.9,<2"],
    ],
    [
      "Poetry's table",
      {
        "pyproject.toml":
          '[tool.poetry.dependencies]\npython = "^3"\nboto3 = {version = "^1.9", extras = ["crt"]}\n',
      },
      ["pyproject.toml: boto3 ^1.9"],
    ],
    [
      "Cargo.toml, renamed",
      { "Cargo.toml": '[dependencies]\nconf = { package = "aws-config", version = "0.1" }\n' },
      ["Cargo.toml: aws-config 0.1"],
    ],
    [
      "composer.json",
      { "composer.json": '{"require": {"aws/aws-sdk-php": "^3.2"}}' },
      ["composer.json: aws/aws-sdk-php ^3.2"],
    ],
    [
      "Gemfile",
      { Gemfile: "source 'https://rubygems.org'\ngem 'aws-sdk', '~> 1.2'\n" },
      ["Gemfile: aws-sdk ~> 1.2"],
    ],
    [
      "go.mod before Go 1.17, which leaves out what its modules need",
      { "go.mod": "module a\ngo 1.16\n", "go.sum": "github.com/aws/aws-sdk-go v1.20.0 h1:a=\n" },
      ["go.sum: github.com/aws/aws-sdk-go v1.20.0"],
    ],
    [
      "go.mod from Go 1.17 on, which has all",
      { "go.mod": "module a\ngo 1.17\n", "go.sum": "github.com/aws/aws-sdk-go v1.20.0 h1:a=\n" },
      [],
    ],
    [
      "csproj with central versions and properties of folders above",
      {
        "Directory.Packages.props":
          '<Project><ItemGroup><PackageVersion Include="AWSSDK.Core" Version="$(Aws)" /></ItemGroup></Project>',
        "Directory.Build.props": "<Project><PropertyGroup><Aws>3.3.0</Aws></PropertyGroup></Project>",
        "src/a/a.csproj":
          '<Project><ItemGroup><PackageReference Include="AWSSDK.Core" /></ItemGroup></Project>',
      },
      ["src/a/a.csproj: AWSSDK.Core 3.3.0"],
    ],
    [
      "Poetry's groups: only those that are optional by pyproject.toml are left out",
      {
        "pyproject.toml":
          "[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.worker.dependencies]\n",
        "poetry.lock":
          '[[package]]\nname = "boto3"\nversion = "1.1"\ngroups = ["docs"]\n\n[[package]]\nname = "botocore"\nversion = "1.2"\ngroups = ["docs", "worker"]\n',
      },
      ["poetry.lock: botocore 1.2"],
    ],
  ])("%s", async (_title, files, packages) => {
    const found = await report(files);
    expect(found.packages).toEqual(packages);
    expect(found.unread).toEqual([]);
  });
});

describe("pip's requirements", () => {
  it.each<readonly [row: string, packages: readonly string[]]>([
    [".", []],
    ["-e .", []],
    [".[aws]", []],
    ["-e ./libs/a", []],
    ["git+https://git.example/a.git@v1#egg=boto3", ["boto3 its version comes from a repository"]],
    [
      "-e git+ssh://git@git.example/a.git#egg=boto3&subdirectory=x",
      ["boto3 its version comes from a repository"],
    ],
    ["boto3 @ git+https://u:p@git.example/a.git@v1", ["boto3 @ git+https://git.example/a.git@v1"]],
    ["./wheels/boto3-1.9.0-py3-none-any.whl", ["boto3 1.9.0"]],
    ["boto3==1.9.0 --hash=sha256:a --hash=sha256:b", ["boto3 1.9.0"]],
    ["boto3==1.9.0 \\\n    --hash=sha256:a \\\n    --hash=sha256:b", ["boto3 1.9.0"]],
    ["boto3==1.9.0; python_version < '3'", ["boto3 1.9.0"]],
    ['boto3==1.9.0 ; sys_platform == "linux" and extra == "a"', ["boto3 1.9.0"]],
    ["boto3 (>=1.9,<2)", ["boto3 >=1.9,<2"]],
    ["Boto3[crt] == 1.9.*", ["boto3 == 1.9.*"]],
    ["--index-url https://u:p@pypi.example/simple\nboto3==1.9.0", ["boto3 1.9.0"]],
    ["# boto3==1.0\nboto3==1.9.0 # pinned", ["boto3 1.9.0"]],
    ["", []],
  ])("%j", async (row, packages) => {
    const found = await report({ "requirements.txt": `${row}\n` });
    expect(found.unread).toEqual([]);
    expect(found.packages).toEqual(packages.map((one) => `requirements.txt: ${one}`));
  });

  it.each(["utf16le", "utf16be"] as const)("in %s, as PowerShell writes it", async (encoding) => {
    const text = Buffer.from("\uFEFFboto3==1.9.0\r\n", "utf16le");
    const found = await report({ "requirements.txt": encoding === "utf16le" ? text : text.swap16() });
    expect(found.packages).toEqual(["requirements.txt: boto3 1.9.0"]);
  });

  it("follows -r and -c within the folder, each once, and takes versions of constraints", async () => {
    const found = await report({
      "requirements.txt": "-r deps/base.list\n--constraint=limits.txt\nbotocore\n",
      "deps/base.list": "boto3==1.9.0\n-r ../requirements.txt\n",
      "limits.txt": "botocore==1.1.0\n",
    });
    expect(found.unread).toEqual([]);
    expect(found.packages.toSorted()).toEqual([
      "deps/base.list: boto3 1.9.0",
      "limits.txt: botocore 1.1.0",
      "requirements.txt: botocore 1.1.0",
    ]);
  });

  it("names what stdin includes, as far as a path goes", async () => {
    const stdin = Readable.from([Buffer.from(`-r ${"a".repeat(100_000)}.txt\nboto3==1.9.0\n`)]);
    const given = vi.spyOn(process, "stdin", "get").mockReturnValue(stdin as typeof process.stdin);
    const { unread } = await gatherListings(["-"]);
    given.mockRestore();
    expect(unread.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^line 1: includes 'a{100,200}…', which can't be resolved from stdin/),
    ]);
  });

  it("names every one of more includes than a call takes arguments", async () => {
    const files = { "requirements.txt": "-r https://files.example/a.txt\n".repeat(150_000) };
    expect((await report(files)).unread).toHaveLength(150_000);
  });

  it("names what it can't follow, and exits 2", async () => {
    await writeFile(join(folder, "outside.txt"), "boto3==1.9.0\n");
    await mkdir(join(folder, "app"));
    await symlink(join(folder, "outside.txt"), join(folder, "app", "linked.list"));
    const files = {
      "app/requirements.txt":
        "-r ../outside.txt\n-r absent.txt\n-r https://files.example/a.txt\n-r linked.list\n",
    };
    const { unread, code, packages } = await report(files, {}, ["app"]);
    expect(code).toBe(2);
    expect(packages).toEqual([]);
    expect(unread.toSorted()).toEqual([
      "app/absent.txt unreadable: can't be read: no such file or directory",
      "app/linked.list unreadable: is a symbolic link that points outside the directory",
      "app/requirements.txt unsupported: line 3: includes a remote file, which is not read",
      "outside.txt unreadable: is a symbolic link that points outside the directory",
    ]);
  });
});

describe("what is not read is named", () => {
  it.each<readonly [title: string, files: Files, unread: readonly RegExp[]]>([
    [
      "bun.lockb, which is binary",
      { "bun.lockb": Buffer.from([0x23, 0xff, 0x00]) },
      [/^bun\.lockb unsupported: is binary; run bun install --save-text-lockfile/],
    ],
    [
      "a Gradle build without a lock file",
      { "app/build.gradle.kts": "dependencies {\n  implementation(libs.s3)\n}\n" },
      [/^app\/build\.gradle\.kts unsupported: is a program/],
    ],
    [
      "a catalog inside settings.gradle",
      {
        "settings.gradle":
          "dependencyResolutionManagement { versionCatalogs { libs { library('s3', 'a:b:1') } } }",
      },
      [/^settings\.gradle unsupported/],
    ],
    ["setup.py alone", { "setup.py": "setup(install_requires=['boto3'])" }, [/^setup\.py unsupported/]],
    [
      "a conda environment",
      { "environment.yml": "dependencies:\n  - boto3=1.9\n" },
      [/^environment\.yml unsupported/],
    ],
    [
      "sbt, Bazel, Conan, vcpkg, Swift",
      {
        "build.sbt": 'libraryDependencies += "a" % "b" % "1"',
        "MODULE.bazel": 'maven.install(artifacts = ["a:b:1"])',
        "conanfile.txt": "[requires]",
        "vcpkg.json": "{}",
        "Package.resolved": "{}",
      },
      [/MODULE\.bazel/, /Package\.resolved/, /build\.sbt/, /conanfile\.txt/, /vcpkg\.json/],
    ],
    [
      "a lock file of a newer version",
      { "pnpm-lock.yaml": "lockfileVersion: '12.0'\n" },
      [/^pnpm-lock\.yaml malformed: 'lockfileVersion' 12 is newer than 9/],
    ],
    [
      "an SBOM of Syft's own kind",
      { "sbom.json": '{"artifacts": []}' },
      [/^sbom\.json malformed: is neither CycloneDX nor SPDX/],
    ],
  ])("%s", async (_title, files, unread) => {
    const found = await report({ ...files, "go.mod": "module a\ngo 1.22\n" });
    expect(found.code).toBe(2);
    expect(found.unread.toSorted()).toEqual(unread.map((one) => expect.stringMatching(one) as unknown));
    expect(found.summary).toMatchObject({ files: 1, unread: unread.length, formats: { "go.mod": 1 } });
  });

  it.each<readonly [title: string, files: Files]>([
    [
      "a Gradle build beside its lock file",
      { "build.gradle": "dependencies { }", "gradle.lockfile": "a:b:1=runtimeClasspath\nempty=\n" },
    ],
    ["a Gradle build that uses nothing", { "build.gradle": "plugins { id 'base' }" }],
    [
      "setup.py beside requirements",
      { "setup.py": "setup(install_requires=['a'])", "requirements.txt": "a==1\n" },
    ],
    [
      "bun.lockb beside bun.lock",
      { "bun.lockb": "", "bun.lock": '{"lockfileVersion": 1, "workspaces": {}, "packages": {}}' },
    ],
    [
      "a manifest of Kubernetes, other JSON",
      { "environment.yaml": "kind: ConfigMap\n", "a.json": "{}", "b.xml": "<a/>" },
    ],
  ])("nothing of %s", async (_title, files) => {
    expect(await report({ ...files, "go.mod": "module a\ngo 1.22\n" })).toMatchObject({
      code: 0,
      unread: [],
    });
  });

  it("finds SBOMs by what they hold, whatever their name and the order of their keys", async () => {
    const filler = JSON.stringify("x".repeat(200_000));
    const found = await report({
      "release-cdx.json": '{"bomFormat": "CycloneDX", "components": [{"purl": "pkg:pypi/boto3@1.1"}]}',
      "out/app.json": `{"SPDXID": "a", "comment": ${filler}, "packages": [{"externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:pypi/boto3@1.2"}]}], "spdxVersion": "SPDX-2.3"}`,
      "out/image.xml":
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component><purl>pkg:pypi/boto3@1.3</purl></component></components></bom>',
      "out/image.txt": "SPDXVersion: SPDX-2.2\nPackageName: boto3\nPackageVersion: 1.4\n",
      "schema.json": '{"properties": {"bomFormat": {"enum": ["CycloneDX"]}}}',
    });
    expect(found.packages.toSorted()).toEqual([
      "out/app.json: boto3 1.2",
      "out/image.txt: boto3 1.4",
      "out/image.xml: boto3 1.3",
      "release-cdx.json: boto3 1.1",
    ]);
    expect(found.unread).toEqual([]);
  });
});

describe("SDKs that never supported web identity", () => {
  it.each([
    ["requirements.txt", "boto==2.49.0\n", "tooOld"],
    ["requirements.txt", "boto\n", "tooOld"],
    ["Gemfile.lock", "GEM\n  specs:\n    aws-sdk (1.67.0)\n", "tooOld"],
    ["Gemfile.lock", "GEM\n  specs:\n    aws-sdk-core (2.11.600)\n", "tooOld"],
    ["Gemfile", "gem 'aws-sdk'\n", "unknown"],
    ["Gemfile", "gem 'aws-sdk', '>= 1.2'\n", "unknown"],
    ["Gemfile", "gem 'aws-sdk', '~> 2.3'\n", "tooOld"],
    ["composer.lock", '{"packages": [{"name": "aws/aws-sdk-php", "version": "2.8.31"}]}', "tooOld"],
    ["packages.config", '<packages><package id="AWSSDK" version="2.3.55"/></packages>', "tooOld"],
    [
      "go.mod",
      "module a\ngo 1.22\nrequire github.com/goamz/goamz v0.0.0-20180131231218-8b901b531db8\n",
      "tooOld",
    ],
    ["package.json", '{"dependencies": {"aws-sdk": "2.520.0"}}', "tooOld"],
  ])("%s %j: %s", async (name, text, verdict) => {
    const { verdicts } = await report({ [name]: text });
    expect(verdicts).toEqual([verdict]);
  });

  it("is named so", async () => {
    await writeFile(join(folder, "requirements.txt"), "boto==2.49.0\n");
    await writeFile(join(folder, "package.json"), '{"dependencies": {"aws-sdk": "2.520.0"}}');
    const { context, heard } = listeningContext();
    await checkSdks([folder], { for: "both", output: "text" }, context);
    const text = heard.out.join("\n");
    expect(text).toContain("too old: Boto 2 never supported IRSA or Pod Identity; use Boto3");
    expect(text).toContain(
      "too old for IRSA (needs 2.525.0; versions before 2.521.0 don't support web identity)",
    );
  });
});
