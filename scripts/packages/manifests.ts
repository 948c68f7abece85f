import { stringify } from "yaml";
import { repositoryPage, type Product } from "./product.ts";
import type { Target } from "./targets.ts";

/** An archive of a release. */
export interface Archive {
  readonly target: Pick<Target, "os" | "arch">;
  readonly name: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** The manifests of package managers that install the archives, by file name. */
export function manifestsOf(
  product: Product,
  archives: readonly Archive[],
): Readonly<Record<string, string>> {
  return {
    "irsa.rb": homebrewFormula(product, archives),
    "irsa.json": scoopManifest(product, archives),
    "irsa.yaml": krewManifest(product, archives),
  };
}

/** Where a release's file is downloaded from: as GitHub and Gitea have it. */
export function addressOf(product: Product, name: string): string {
  return `${repositoryPage(product)}/releases/download/v${product.version}/${name}`;
}

/** Source: Homebrew, Formula Cookbook. */
function homebrewFormula(product: Product, archives: readonly Archive[]): string {
  const { version, description, homepage, license } = product;
  const downloads = (["darwin", "linux"] as const).flatMap((os) => [
    `  on_${os === "darwin" ? "macos" : os} do`,
    ...(["arm64", "amd64"] as const).flatMap((arch) => [
      `    on_${arch === "arm64" ? "arm" : "intel"} do`,
      ...archives
        .filter(({ target }) => target.os === os && target.arch === arch)
        .flatMap(({ name, sha256 }) => [
          `      url ${JSON.stringify(addressOf(product, name))}`,
          `      sha256 ${JSON.stringify(sha256)}`,
        ]),
      "    end",
    ]),
    "  end",
    "",
  ]);
  return `${[
    "class Irsa < Formula",
    `  desc ${JSON.stringify(description)}`,
    `  homepage ${JSON.stringify(homepage)}`,
    `  version ${JSON.stringify(version)}`,
    `  license ${JSON.stringify(license)}`,
    "",
    ...downloads,
    "  def install",
    '    bin.install "irsa"',
    '    bin.install_symlink "irsa" => "kubectl-irsa"',
    '    man1.install Dir["man/*.1"]',
    '    bash_completion.install "completions/irsa"',
    '    zsh_completion.install "completions/_irsa"',
    '    fish_completion.install "completions/irsa.fish"',
    "  end",
    "",
    "  test do",
    '    assert_match version.to_s, shell_output("#{bin}/irsa --version")',
    "  end",
    "end",
  ].join("\n")}\n`;
}

/** Source: Scoop, App Manifests. */
function scoopManifest(product: Product, archives: readonly Archive[]): string {
  const { version, description, homepage, license } = product;
  const architecture = archives
    .filter(({ target }) => target.os === "windows")
    .map(({ target, name, sha256 }) => [
      target.arch === "amd64" ? "64bit" : "arm64",
      { url: addressOf(product, name), hash: sha256 },
    ]);
  const manifest = {
    version,
    description,
    homepage,
    license,
    architecture: Object.fromEntries(architecture) as object,
    bin: ["irsa.exe", ["irsa.exe", "kubectl-irsa"]],
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Source: Krew, Plugin Manifest; krew itself makes the link `kubectl-irsa`. */
function krewManifest(product: Product, archives: readonly Archive[]): string {
  const { version, description, homepage } = product;
  return stringify({
    apiVersion: "krew.googlecontainertools.github.com/v1alpha2",
    kind: "Plugin",
    metadata: { name: "irsa" },
    spec: {
      version: `v${version}`,
      homepage,
      shortDescription: "Manage and verify IAM Roles for Service Accounts",
      description: `${description}. Without --approve every command shows its plan and changes nothing.\n`,
      platforms: archives.map(({ target, name, sha256 }) => ({
        selector: { matchLabels: { os: target.os, arch: target.arch } },
        uri: addressOf(product, name),
        sha256,
        bin: target.os === "windows" ? "irsa.exe" : "irsa",
      })),
    },
  });
}
