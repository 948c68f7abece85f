import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { childEnvironment, clientEnvironment, startSandbox, type Sandbox } from "irsa-sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireClusterArn } from "../../worlds/sandbox-world.ts";
import { CLUSTER_NAME } from "../../worlds/world.ts";
import { STORY } from "../commands.ts";
import { irsa } from "../irsa.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "irsa-budgets-"));
  const arn = requireClusterArn(`arn:aws:eks:eu-west-1:111122223333:cluster/${CLUSTER_NAME}`);
  sandbox = await startSandbox({ clusters: [arn] });
  await run([...STORY.associate]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sandbox?.stop();
});

async function run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<void> {
  const environment = childEnvironment({ PATH: process.env["PATH"] }, clientEnvironment(sandbox, {}));
  const ended = await irsa(args, { ...(environment as Record<string, string>), ...more });
  expect(ended.code, ended.stderr).toBe(0);
}

/** The package's files that a run loads, as V8 reports them. */
async function loadedBy(
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<ReadonlySet<string>> {
  const coverage = mkdtempSync(join(folder, "run-"));
  await run(args, { ...more, NODE_V8_COVERAGE: coverage });
  const urls = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), "utf8")) as {
      readonly result: readonly { readonly url: string }[];
    };
    return result.map(({ url }) => url);
  });
  return new Set(urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url)));
}

function fleetFile(): string {
  const file = join(folder, "fleet.yaml");
  writeFileSync(
    file,
    `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: { name: ${CLUSTER_NAME}, region: eu-west-1 }
iam:
  serviceAccounts:
    - metadata: { name: reader, namespace: default }
      wellKnownPolicies: { externalDNS: true }
`,
  );
  return file;
}

const CLUSTER = ["--cluster", CLUSTER_NAME];

describe("what a command loads", () => {
  // Each file costs Node some half a millisecond, and each 100 kB one or two.
  test.each<
    readonly [string, () => readonly string[], { readonly files: number; readonly kilobytes: number }]
  >([
    ["--help", () => ["--help"], { files: 1, kilobytes: 10 }],
    ["associate-oidc", () => ["associate-oidc", ...CLUSTER], { files: 20, kilobytes: 800 }],
    ["create-sa", () => [...STORY.create, "--no-wait"], { files: 75, kilobytes: 950 }],
    ["get-sa", () => ["get-sa", ...CLUSTER], { files: 60, kilobytes: 1000 }],
    ["get-sa of the current context", () => ["get-sa"], { files: 60, kilobytes: 1000 }],
    ["audit", () => ["audit", ...CLUSTER], { files: 60, kilobytes: 1050 }],
    ["plan -f", () => ["plan", "-f", fleetFile()], { files: 95, kilobytes: 1200 }],
  ])("%s", async (_, args, { files, kilobytes }) => {
    const loaded = [...(await loadedBy(args()))];
    const bytes = loaded.reduce((sum, file) => sum + statSync(file).size, 0);
    expect(loaded.every((file) => file.startsWith(ROOT))).toBe(true);
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.length, loaded.join("\n")).toBeLessThanOrEqual(files);
    expect(bytes / 1000).toBeLessThanOrEqual(kilobytes);
  });
});

test("a watch loads OpenTelemetry's code only where its variables name an endpoint, and prom-client's only with metrics", async () => {
  const args = ["watch", ...CLUSTER, "--duration", "1s", "-o", "json"];
  const loads = async (marks: Readonly<Record<string, string>>, more: readonly string[] = [], env = {}) => {
    const texts = [...(await loadedBy([...args, ...more], env))].map((file) => readFileSync(file, "utf8"));
    return Object.keys(marks).filter((name) => texts.some((text) => text.includes(marks[name] ?? "")));
  };
  const marks = { otlp: 'OTEL_EXPORTER_OTLP_HEADERS")', prometheus: "openmetrics-text" };
  expect(await loads(marks)).toEqual([]);
  expect(await loads(marks, ["--metrics", "0"])).toEqual(["prometheus"]);
  expect(await loads(marks, [], { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" })).toEqual([
    "otlp",
    "prometheus",
  ]);
});

test("the package is at most 2.5 MB, 7.5 MB unpacked", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ size, unpackedSize }] = JSON.parse(packed) as [{ size: number; unpackedSize: number }];
  expect(size / 1e6).toBeLessThanOrEqual(2.5);
  expect(unpackedSize / 1e6).toBeLessThanOrEqual(7.5);
});
