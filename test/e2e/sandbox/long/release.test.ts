import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL("../../../..", import.meta.url));
const SCHEMAS = join(PROJECT, "node_modules/@cyclonedx/cyclonedx-library/res/schema");
const { files } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
  files: readonly string[];
};
/** What a build reads and what is shipped as it is; the tests are left behind. */
const SOURCES = [
  "src",
  "packages",
  "scripts",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "README.md",
  "LICENSE",
  ".gitignore",
  ".npmrc",
  ...files.filter((path) => path !== "dist"),
];

let parent: string;
/** Two checkouts of one commit, under different circumstances. */
let places: readonly Place[];

interface Place {
  readonly folder: string;
  readonly umask: string;
  readonly environment: Readonly<Record<string, string>>;
}

const GIT = {
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@irsa.example",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@irsa.example",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

/** In the place's own circumstances; `exit` is not 0 where it failed. */
async function shell(
  place: Place,
  script: string,
): Promise<{ exit: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env["PATH"] ?? "", ...GIT, ...place.environment };
  try {
    const ran = await run("sh", ["-ec", `umask ${place.umask}; ${script}`], { cwd: place.folder, env });
    return { exit: 0, ...ran };
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return { exit: 1, stdout, stderr };
  }
}

async function succeed(place: Place, script: string): Promise<void> {
  const { exit, stderr } = await shell(place, script);
  expect(exit, stderr).toBe(0);
}

async function checkOut(place: Place): Promise<void> {
  const paths = SOURCES.map((path) => `'${PROJECT}/${path}'`).join(" ");
  await mkdir(place.folder, { recursive: true });
  // Not -a: modes are to be the umask's. Links are enough of what is only read, where the disk is the same.
  await succeed(
    place,
    `cp -R ${paths} . && (cp -al '${PROJECT}/node_modules' . || cp -a '${PROJECT}/node_modules' .)`,
  );
  await succeed(place, "git init --quiet && git add . && git commit --quiet --message first");
}

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "irsa-release-"));
  places = [
    { folder: join(parent, "a"), umask: "022", environment: { HOME: parent, TZ: "UTC", LC_ALL: "C" } },
    {
      folder: join(parent, "b/much/deeper/than the other"),
      umask: "077",
      environment: { HOME: join(parent, "b"), TZ: "Asia/Tokyo", LC_ALL: "C.UTF-8", USER: "somebody" },
    },
  ];
  await Promise.all(places.map(checkOut));
});
afterAll(async () => rm(parent, { recursive: true, force: true }));

const first = (): Place => {
  const [place] = places;
  if (place === undefined) throw new Error("there is no checkout");
  return place;
};
const released = (file: string) => readFile(join(first().folder, "release", file));
const sha256 = (content: Buffer | string) => createHash("sha256").update(content).digest("hex");

test("a release of a changed tree, without a tag, or without a public address is refused, all reasons together", async () => {
  await succeed(first(), "echo >> README.md");
  const { exit, stdout, stderr } = await shell(first(), "node scripts/release.mjs");
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
  expect(stderr).toContain("the working tree has changes");
  expect(stderr).toContain("M README.md");
  expect(stderr).toContain("git tag --sign v0.1.0 --message v0.1.0");
  expect(stderr).toContain("repository.url is a placeholder");
  await succeed(first(), "git checkout --quiet README.md");
  expect(await readdir(first().folder)).not.toContain("release");
});

describe("a release", () => {
  beforeAll(async () => {
    for (const place of places) {
      const path = join(place.folder, "package.json");
      const manifest = (await readFile(path, "utf8")).replaceAll(/(irsa|git)\.example/g, "$1.corp.net");
      await writeFile(path, manifest);
      await writeFile(join(place.folder, "CHANGELOG.md"), "# Changelog\n\n## 0.1.0\n");
      await succeed(place, "git commit --quiet --all --message release && git tag v0.1.0");
    }
    await Promise.all(places.map((place) => succeed(place, "node scripts/release.mjs > ../said.txt")));
  });

  test("is the same, byte by byte, wherever and by whomever it is built", async () => {
    const contents = await Promise.all(
      places.map(async ({ folder }) => {
        const names = (await readdir(join(folder, "release"))).toSorted();
        return Promise.all(
          names.map(async (name) => [name, sha256(await readFile(join(folder, "release", name)))]),
        );
      }),
    );
    expect(contents[0]).toHaveLength(4);
    expect(contents[1]).toEqual(contents[0]);
  });

  test("can be checked by its sums, and says how it is published", async () => {
    const { stdout } = await shell(first(), "cd release && sha256sum --check SHA256SUMS");
    expect(stdout.match(/: OK/g)).toHaveLength(3);
    const said = await readFile(join(parent, "said.txt"), "utf8");
    expect(said).toMatch(/^ {4}npm publish \.\/release\/irsa-0\.1\.0\.tgz --access public --provenance$/m);
  });

  test("comes with a statement of what was built from what", async () => {
    const statement = JSON.parse(String(await released("irsa-0.1.0.intoto.json")));
    const commit = (await shell(first(), "git rev-parse HEAD")).stdout.trim();
    expect(statement).toMatchObject({
      _type: "https://in-toto.io/Statement/v1",
      predicateType: "https://slsa.dev/provenance/v1",
      subject: [
        { name: "irsa-0.1.0.cdx.json" },
        { name: "irsa-0.1.0.tgz", digest: { sha256: sha256(await released("irsa-0.1.0.tgz")) } },
      ],
    });
    expect(statement.predicate.buildDefinition.resolvedDependencies[0].digest).toEqual({ gitCommit: commit });
  });

  test("ships the bill of materials, valid by CycloneDX's schema, with what is bundled and nothing else", async () => {
    const text = String(await released("irsa-0.1.0.cdx.json"));
    const { stdout: packed } = await shell(
      first(),
      "tar -xzOf release/irsa-0.1.0.tgz package/dist/sbom.cdx.json",
    );
    expect(packed).toBe(text);
    const read = async (file: string) => JSON.parse(await readFile(join(SCHEMAS, file), "utf8"));
    const ajv = new Ajv({ strict: false, validateFormats: false });
    // The published schema refers to the others by their files' names.
    for (const file of ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"])
      ajv.addSchema({ ...(await read(file)), $id: `http://cyclonedx.org/schema/${file}` });
    const validate = ajv.compile(await read("bom-1.6.SNAPSHOT.schema.json"));
    const bill = JSON.parse(text);
    expect(validate(bill), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...bill, components: [{ type: "library" }] })).toBe(false);

    const { stdout: notices } = await shell(
      first(),
      "tar -xzOf release/irsa-0.1.0.tgz package/dist/THIRD-PARTY-NOTICES.txt",
    );
    const noticed = [...notices.matchAll(/(?:^|\n-{80}\n)((?:@[\w.-]+\/)?[\w.-]+) (\d\S*) \(/g)];
    const listed = (bill.components as { group?: string; name: string; version: string }[]).map(
      ({ group, name, version }) => `${group === undefined ? "" : `${group}/`}${name} ${version}`,
    );
    expect(listed.toSorted()).toEqual(noticed.map(([, name, version]) => `${name} ${version}`).toSorted());
    const names = listed.map((one) => one.replace(/ .*/, ""));
    expect(names).toEqual(expect.arrayContaining(["commander", "socks", "@dagrejs/graphlib", "d3-shape"]));
    for (const absent of ["esbuild", "vitest", "typescript", "node-fetch", "irsa"])
      expect(names).not.toContain(absent);
    expect(text).not.toContain(parent);
    expect(bill).not.toHaveProperty("serialNumber");
    expect(bill.metadata).not.toHaveProperty("timestamp");
  });
});
