import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { buildGoProgram } from "../../test/worlds/go-program.ts";
import { binaryPath } from "./binary.ts";
import { COMPLETIONS, DOCUMENTS, contentsPath } from "./contents.ts";
import { readProduct } from "./product.ts";
import { targetName, type Target } from "./targets.ts";

const run = promisify(execFile);

/** What the packages are built with; its module pins its version and what it is made of. */
const NFPM = {
  name: "nfpm",
  module: pathToFileURL("scripts/packages/nfpm/"),
  package: "github.com/goreleaser/nfpm/v2/cmd/nfpm",
};
const EXECUTABLE = 0o755;
const READABLE = 0o644;

/** Where each kind of package has the completions of each shell. */
const COMPLETION_FOLDERS = {
  bash: "/usr/share/bash-completion/completions",
  fish: "/usr/share/fish/vendor_completions.d",
  zsh: { deb: "/usr/share/zsh/vendor-completions", rpm: "/usr/share/zsh/site-functions" },
} as const;

/** Builds the deb and the rpm of a target for Linux, from its binary, into the folder. */
export async function buildLinuxPackages(folder: string, target: Target, date: Date): Promise<void> {
  const nfpm = await buildGoProgram(NFPM);
  const pages = await compressedPages(folder, target);
  for (const packager of ["deb", "rpm"] as const) {
    const config = join(folder, targetName(target), `${packager}.json`);
    await writeFile(config, JSON.stringify(configOf(folder, target, packager, date, pages)));
    await run(nfpm, ["package", "--config", config, "--packager", packager, "--target", folder]);
  }
}

/** nfpm's configuration, which is YAML and so may be JSON. */
function configOf(
  folder: string,
  target: Target,
  packager: "deb" | "rpm",
  date: Date,
  pages: readonly string[],
): object {
  const { version, description, homepage, license, author } = readProduct();
  const mtime = date.toISOString();
  const file = (src: string, dst: string, mode = READABLE) => ({
    src: resolve(src),
    dst,
    file_info: { mode, mtime, owner: "root", group: "root" },
  });
  return {
    name: "irsa",
    platform: "linux",
    arch: target.arch,
    version,
    section: "admin",
    priority: "optional",
    maintainer: author,
    description,
    homepage,
    license,
    mtime,
    depends: packager === "deb" ? ["libc6"] : ["glibc"],
    contents: [
      file(binaryPath(folder, target), "/usr/bin/irsa", EXECUTABLE),
      { src: "irsa", dst: "/usr/bin/kubectl-irsa", type: "symlink", file_info: { mtime } },
      ...COMPLETIONS.map(({ shell, name }) => {
        const place = COMPLETION_FOLDERS[shell];
        return file(
          contentsPath(folder, "completions", name),
          `${typeof place === "string" ? place : place[packager]}/${name}`,
        );
      }),
      ...pages.map((page) => file(page, `/usr/share/man/man1/${basename(page)}`)),
      ...DOCUMENTS.map(({ name, installed }) =>
        file(contentsPath(folder, name), `/usr/share/doc/irsa/${installed}`),
      ),
    ],
  };
}

/** The man pages as both distributions have them: compressed. */
async function compressedPages(folder: string, target: Target): Promise<readonly string[]> {
  const compressed = join(folder, targetName(target), "man");
  await mkdir(compressed, { recursive: true });
  const names = (await readdir(contentsPath(folder, "man"))).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const page = join(compressed, `${name}.gz`);
      await writeFile(page, gzipSync(await readFile(contentsPath(folder, "man", name)), { level: 9 }));
      return page;
    }),
  );
}
