import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureOnce } from "./measure.ts";
import { IRSA } from "./subjects.ts";
import { table } from "./table.ts";

const SIZES = [500, 5_000];
/** Packages of each lock file; a small service's has some hundreds. */
const PACKAGES = 300;

/** A lock file of so many packages, with an AWS SDK that is new enough. */
type Writer = (packages: readonly string[]) => string;

const WRITERS: Readonly<Record<string, Writer>> = {
  "package-lock.json": (names) =>
    JSON.stringify(
      {
        lockfileVersion: 3,
        packages: Object.fromEntries(
          ["aws-sdk", ...names].map((name) => [
            `node_modules/${name}`,
            {
              version: "2.1691.0",
              resolved: `https://registry.example/${name}.tgz`,
              integrity: "sha512-aGVsbG8=",
            },
          ]),
        ),
      },
      null,
      2,
    ),
  "pnpm-lock.yaml": (names) => {
    const keys = ["aws-sdk", ...names].map((name) => `${name}@2.1691.0`);
    const roots = ["aws-sdk", ...names].map(
      (name) => `      ${name}:\n        specifier: ^2.0.0\n        version: 2.1691.0`,
    );
    const entries = keys.map(
      (key) => `  ${key}:\n    resolution: {integrity: sha512-aGVsbG8=}\n    engines: {node: '>=18'}\n`,
    );
    const snapshots = keys.map((key) => `  ${key}: {}\n`);
    return `lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n${roots.join("\n")}\n\npackages:\n\n${entries.join("\n")}\nsnapshots:\n\n${snapshots.join("\n")}`;
  },
  "yarn.lock": (names) =>
    `# yarn lockfile v1\n\n${["aws-sdk", ...names].map((name) => `"${name}@^2.0.0":\n  version "2.1691.0"\n  resolved "https://registry.example/${name}.tgz"\n`).join("\n")}`,
  "poetry.lock": (names) =>
    ["boto3", ...names]
      .map(
        (name) =>
          `[[package]]\nname = "${name}"\nversion = "1.40.0"\noptional = false\nfiles = [\n    {file = "a.whl", hash = "sha256:aa"},\n]\n`,
      )
      .join("\n"),
  "go.mod": (names) =>
    `module example.com/a\n\ngo 1.22\n\nrequire (\n\tgithub.com/aws/aws-sdk-go-v2/config v1.30.0\n${names.map((name) => `\texample.com/${name} v1.0.0\n`).join("")})\n`,
};

/** `irsa sdk-check` of a monorepo: time and memory by how many lock files it has. */
export async function monorepoTable(): Promise<string> {
  const rows: string[][] = [];
  for (const size of SIZES) {
    const folder = await mkdtemp(join(tmpdir(), "irsa-monorepo-"));
    try {
      const bytes = await writeMonorepo(folder, size);
      const env = { PATH: process.env["PATH"] ?? "" };
      const { wall, cpu, memory } = await measureOnce({ words: [...IRSA, "sdk-check", folder], env });
      const shown = memory === undefined ? "–" : `${memory.toFixed(0)} MB`;
      rows.push([
        `${size}`,
        `${(bytes / 2 ** 20).toFixed(0)} MiB`,
        `${wall.toFixed(1)} s`,
        `${cpu.toFixed(1)} s`,
        shown,
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return table(["lock files", "size", "wall", "CPU", "peak memory"], rows);
}

async function writeMonorepo(folder: string, size: number): Promise<number> {
  const writers = Object.entries(WRITERS);
  let bytes = 0;
  for (let i = 0; i < size; i += 1) {
    const [name, write] = writers[i % writers.length] ?? ["", () => ""];
    const text = write(Array.from({ length: PACKAGES }, (_, at) => `package-${i}-${at}`));
    const service = join(folder, `team-${i % 50}`, `service-${i}`);
    await mkdir(service, { recursive: true });
    await writeFile(join(service, name), text);
    bytes += text.length;
  }
  return bytes;
}
