import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { archiveName } from "../../scripts/packages/archives.ts";
import { manifestsOf, type Archive } from "../../scripts/packages/manifests.ts";
import { readProduct } from "../../scripts/packages/product.ts";
import { TARGETS, targetName } from "../../scripts/packages/targets.ts";
import { installDebian } from "../worlds/debian.ts";
import { buildKrew } from "./krew/build.ts";

const run = promisify(execFile);

const product = readProduct();
const archives: readonly Archive[] = TARGETS.map((target) => ({
  target,
  name: archiveName(target, "0.1.0"),
  sha256: createHash("sha256").update(targetName(target)).digest("hex"),
}));
const manifests = manifestsOf(product, archives);
const address = (name: string): string => `https://git.example/irsa/irsa/releases/download/v0.1.0/${name}`;
const byTarget = new Map(archives.map((one) => [`${one.target.os}-${one.target.arch}`, one]));

let folder: string;
let validator: string;
beforeAll(async () => {
  await installDebian("ruby", ["ruby"]);
  validator = await buildKrew("validate-krew-manifest");
  folder = await mkdtemp(join(tmpdir(), "irsa-manifests-"));
  for (const [name, text] of Object.entries(manifests)) await writeFile(join(folder, name), text);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** What Homebrew would download and install: Ruby runs the formula with stand-ins for the words that it is written in. */
const BREW = `
$machine = ARGV[1].split("-")
class Formula
  %w[desc homepage version license url sha256].each do |name|
    define_singleton_method(name) { |value| puts "#{name} #{value}" }
  end
  def self.on_macos; yield if $machine[0] == "darwin"; end
  def self.on_linux; yield if $machine[0] == "linux"; end
  def self.on_arm; yield if $machine[1] == "arm64"; end
  def self.on_intel; yield if $machine[1] == "amd64"; end
  def self.test; end
  class Place
    def install(*names); names.each { |name| puts "install #{name}" }; end
    def install_symlink(links); links.each { |from, to| puts "link #{to} to #{from}" }; end
  end
  %w[bin man1 bash_completion zsh_completion fish_completion].each { |name| define_method(name) { Place.new } }
end
load ARGV[0]
Irsa.new.install
`;

describe("the Homebrew formula", () => {
  test.each(["darwin-arm64", "darwin-amd64", "linux-arm64", "linux-amd64"])(
    "installs on %s",
    async (machine) => {
      const { stdout } = await run("ruby", ["-e", BREW, join(folder, "irsa.rb"), machine]);
      const { name = "", sha256 = "" } = byTarget.get(machine) ?? {};
      expect(stdout.match(/^(?:url|sha256) .*$/gm)).toEqual([`url ${address(name)}`, `sha256 ${sha256}`]);
      expect(stdout).toContain("install irsa\nlink kubectl-irsa to irsa\n");
    },
  );

  test("has a description as Homebrew's audit wants it", () => {
    const [, description = ""] = /^ {2}desc "(.*)"$/m.exec(manifests["irsa.rb"] ?? "") ?? [];
    expect(`irsa: ${description}`.length).toBeLessThanOrEqual(80);
    expect(description).toMatch(/^[A-Z].*[^.]$/);
  });
});

test("the Scoop manifest has both machines of Windows and the plugin", () => {
  const [amd64, arm64] = ["windows-amd64", "windows-arm64"].map((name) => byTarget.get(name));
  expect(JSON.parse(manifests["irsa.json"] ?? "")).toEqual({
    version: "0.1.0",
    description: product.description,
    homepage: product.homepage,
    license: "Apache-2.0",
    architecture: {
      "64bit": { url: address(amd64?.name ?? ""), hash: amd64?.sha256 },
      arm64: { url: address(arm64?.name ?? ""), hash: arm64?.sha256 },
    },
    bin: ["irsa.exe", ["irsa.exe", "kubectl-irsa"]],
  });
});

describe("the krew manifest", () => {
  test("has every machine", () => {
    const { spec } = parse(manifests["irsa.yaml"] ?? "") as {
      readonly spec: { readonly platforms: readonly { readonly uri: string; readonly sha256: string }[] };
    };
    expect(spec.platforms.map(({ uri, sha256 }) => ({ uri, sha256 }))).toEqual(
      archives.map(({ name, sha256 }) => ({ uri: address(name), sha256 })),
    );
  });

  test("is valid for krew's own validator, which refuses one that is not", async () => {
    const validate = (file: string) => run(validator, ["-skip-install", "-manifest", join(folder, file)]);
    await validate("irsa.yaml");
    await mkdir(join(folder, "wrong"));
    const wrong = (manifests["irsa.yaml"] ?? "").replace("version: v", "version: ");
    await writeFile(join(folder, "wrong", "irsa.yaml"), wrong);
    await expect(validate("wrong/irsa.yaml")).rejects.toThrow("version");
  });

  test("has the executable's name for each machine", () => {
    const { spec } = parse(manifests["irsa.yaml"] ?? "") as {
      readonly spec: { readonly platforms: readonly { readonly uri: string; readonly bin: string }[] };
    };
    for (const { uri, bin } of spec.platforms)
      expect(bin).toBe(uri.includes("windows") ? "irsa.exe" : "irsa");
  });
});
