/** A machine that irsa has a standalone binary for. */
export interface Target {
  /** As Go calls it, and with it deb, krew and most release archives. */
  readonly os: "linux" | "darwin" | "windows";
  readonly arch: "amd64" | "arm64";
  /** As Node calls the same. */
  readonly platform: NodeJS.Platform;
  readonly cpu: NodeJS.Architecture;
  /** As Bun does. */
  readonly bun: `bun-${string}`;
  /** npm's checksum of the package that has Bun for it (`@oven/…`). */
  readonly integrity: string;
}

/** The version of Bun that is in the binaries; each checksum below is of this version. */
export const BUN_VERSION = "1.4.5";

/** Every machine that has a binary. */
export const TARGETS: readonly Target[] = [
  {
    os: "linux",
    arch: "amd64",
    platform: "linux",
    cpu: "x64",
    bun: "bun-linux-x64",
    integrity:
      "sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
  },
  {
    os: "linux",
    arch: "arm64",
    platform: "linux",
    cpu: "arm64",
    bun: "bun-linux-aarch64",
    integrity:
      "sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
  },
  {
    os: "darwin",
    arch: "amd64",
    platform: "darwin",
    cpu: "x64",
    bun: "bun-darwin-x64",
    integrity:
      "sha512-qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==",
  },
  {
    os: "darwin",
    arch: "arm64",
    platform: "darwin",
    cpu: "arm64",
    bun: "bun-darwin-aarch64",
    integrity:
      "sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
  },
  {
    os: "windows",
    arch: "amd64",
    platform: "win32",
    cpu: "x64",
    bun: "bun-windows-x64",
    integrity:
      "sha512-FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==",
  },
  {
    os: "windows",
    arch: "arm64",
    platform: "win32",
    cpu: "arm64",
    bun: "bun-windows-aarch64",
    integrity:
      "sha512-MiPFZnBNDnBXgr1oONc5pizC4fOLjnIOfNkYdFEnWzLmoFTg86naZIG3SvS7d/GglpQSAnCKMAzSjI/TAckiRw==",
  },
];

/** `linux-amd64`, as `--target` takes it. */
export function targetName({ os, arch }: Target): string {
  return `${os}-${arch}`;
}

/**
 * The target that this process runs on.
 * @throws Error when there is no binary for it
 */
export function ownTarget(): Target {
  const target = TARGETS.find(({ platform, cpu }) => platform === process.platform && cpu === process.arch);
  if (target === undefined) throw new Error(`no Bun for ${process.platform}-${process.arch}`);
  return target;
}
