import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { createCertificateAuthority, issueServerCertificate } from "irsa-sandbox/parts";
import packageJson from "../../package.json" with { type: "json" };
import { archiveName } from "../../scripts/packages/archives.ts";
import { addressOf, manifestsOf } from "../../scripts/packages/manifests.ts";
import { readProduct } from "../../scripts/packages/product.ts";
import { ownTarget, TARGETS, targetName } from "../../scripts/packages/targets.ts";
import { startConnectProxy, type ConnectProxy } from "../worlds/connect-proxy.ts";
import { findKubectl } from "../worlds/control-plane/binaries.ts";
import { installDebian } from "../worlds/debian.ts";
import { openNursery, type Nursery } from "../worlds/process.ts";
import { buildKrew } from "./krew/build.ts";

const run = promisify(execFile);
const product = readProduct();
const RELEASE = addressOf(product, "");
const REGISTRY = "https://registry.example/";
const packages = inject("packages") ?? "";

/** The shell lines of docs/install.md, by the name beside the language of their block. */
const LINES = new Map(
  [...(await readFile("docs/install.md", "utf8")).matchAll(/^```sh (\S+)\n([^]*?)^```$/gm)].map(
    ([, name = "", text = ""]) => [name, text.trim()] as const,
  ),
);

/** Whoever installs packages of the system: into a folder instead of this machine, which has neither libc6 nor glibc. */
const SUDO = `#!/bin/sh
program=$1; shift
case $program in
  dpkg) mkdir -p "$ROOT/var/lib/dpkg/updates" "$ROOT/var/lib/dpkg/info" && : > "$ROOT/var/lib/dpkg/status"
        exec dpkg --root="$ROOT" --force-depends --force-not-root "$@" ;;
  rpm) exec rpm --root "$ROOT" --nodeps "$@" ;;
  *) echo "sudo: $program is not expected" >&2; exit 1 ;;
esac
`;

/** krew's list of other plugins, which whoever has krew has: it is empty here. */
const INDEX = `mkdir -p index/plugins && cd index && git init --quiet && touch plugins/.keep && git add .
git -c user.name=krew -c user.email=krew@irsa.example commit --quiet --message index`;

let nursery: Nursery;
let tools: string;
let server: Server;
let proxy: ConnectProxy;
let folder: string;

beforeAll(async () => {
  nursery = await openNursery(0);
  tools = await mkdtemp(join(tmpdir(), "irsa-tools-"));
  await installDebian("rpm", ["rpm"]);
  await installDebian("curl", ["curl"]);
  await installDebian("git", ["git"]);
  const kubectl = await findKubectl(nursery);
  const words = kubectl.map((word) => `'${word}'`).join(" ");
  await writeTool("kubectl", `#!/bin/sh\nexec ${words} "$@"\n`);
  await writeTool("kubectl-krew", `#!/bin/sh\nexec '${await buildKrew("krew")}' "$@"\n`);
  await writeTool("sudo", SUDO);
  await run("sh", ["-euc", INDEX], { cwd: tools });
  const hosts = [RELEASE, REGISTRY].map((url) => new URL(url).host);
  const authority = await createCertificateAuthority("the internet");
  const { certificatePem: cert, keyPem: key } = await issueServerCertificate(authority, hosts);
  await writeFile(join(tools, "ca.pem"), authority.certificatePem);
  const files = await published();
  server = createServer({ cert, key }, ({ headers, url }, response) => {
    const body = files.get(`https://${headers.host}${url}`);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  proxy = await startConnectProxy((target) =>
    hosts.includes(target.replace(":443", "")) ? `127.0.0.1:${port}` : target,
  );
});
afterAll(async () => {
  await proxy?.stop();
  server?.close();
  await nursery?.close();
  await rm(tools, { recursive: true, force: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "irsa-empty-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeTool(name: string, script: string): Promise<void> {
  await writeFile(join(tools, name), script);
  await chmod(join(tools, name), 0o755);
}

/** What a release and the npm registry have, by address. */
async function published(): Promise<ReadonlyMap<string, Buffer | string>> {
  const files = new Map<string, Buffer | string>();
  for (const name of await readdir(packages))
    if (/\.(?:tar\.gz|deb|rpm)$/.test(name)) files.set(RELEASE + name, await readFile(join(packages, name)));
  const sha256 = (name: string): string =>
    createHash("sha256")
      .update(files.get(RELEASE + name) ?? "")
      .digest("hex");
  // Those of other machines are not built here; nobody here takes them.
  const archives = TARGETS.map((target) => {
    const name = archiveName(target, product.version);
    return { target, name, sha256: sha256(name) };
  });
  for (const [name, text] of Object.entries(manifestsOf(product, archives))) files.set(RELEASE + name, text);
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", tools];
  const name = (await run("npm", pack)).stdout.trim();
  const archive = await readFile(join(tools, name));
  const tarball = `${REGISTRY}irsa/-/${name}`;
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  const manifest = { ...packageJson, devDependencies: {}, dist: { tarball, integrity } };
  const { version } = product;
  const versions = { [version]: manifest };
  files.set(tarball, archive);
  files.set(`${REGISTRY}irsa`, JSON.stringify({ name: "irsa", "dist-tags": { latest: version }, versions }));
  return files;
}

/** The environment of a user behind a company's proxy, who has nothing yet. */
function environment(): Record<string, string> {
  const root = join(folder, "root");
  const ca = join(tools, "ca.pem");
  const own = [join(folder, "npm/bin"), join(root, "usr/bin"), join(folder, ".krew/bin")];
  return {
    PATH: [...own, tools, process.env["PATH"] ?? ""].join(":"),
    HOME: folder,
    TMPDIR: folder,
    ROOT: root,
    HTTPS_PROXY: proxy.url,
    CURL_CA_BUNDLE: ca,
    SSL_CERT_FILE: ca,
    NODE_EXTRA_CA_CERTS: ca,
    KREW_DEFAULT_INDEX_URI: join(tools, "index"),
    npm_config_registry: REGISTRY,
    npm_config_prefix: join(folder, "npm"),
  };
}

/** The line for the machine that the test runs on: the page has it for Linux on amd64. */
function forThisMachine(line: string): string {
  const { arch } = ownTarget();
  return arch === "amd64" ? line : line.replaceAll("amd64", arch).replaceAll("x86_64", "aarch64");
}

describe("from an empty folder, docs/install.md's line", () => {
  test.each([...LINES])("%s installs irsa and runs its first command", async (_name, line) => {
    const cwd = join(folder, "empty");
    await mkdir(cwd);
    await mkdir(join(folder, "root"));
    const running = run("sh", ["-euc", forThisMachine(line)], { cwd, env: environment() });
    // Without a terminal, krew reads names of plugins from there.
    running.child.stdin?.end();
    const { stdout } = await running;
    expect(stdout).toContain("That's it. The emulation has been stopped.");
    expect(proxy.targets().length).toBeGreaterThan(0);
  });

  test("there is one for each package that this machine can run", () => {
    expect([...LINES.keys()]).toEqual(["npm", "npx", "archive", "deb", "rpm", "krew"]);
  });
});

test("every address on the page is of the version that is built, and of a file that a release has", async () => {
  const page = await readFile("docs/install.md", "utf8");
  const named = [...page.matchAll(/https:\/\/\S+\/releases\/download\/[^\s`;]+/g)].map(([url]) => url);
  const { version } = product;
  const released = new Set(
    [
      ...TARGETS.map((target) => archiveName(target, version)),
      ...["amd64", "arm64"].map((arch) => `irsa_${version}_${arch}.deb`),
      ...["x86_64", "aarch64"].map((arch) => `irsa-${version}-1.${arch}.rpm`),
      ...Object.keys(manifestsOf(product, [])),
    ].map((name) => RELEASE + name),
  );
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((url) => url !== RELEASE && !released.has(url))).toEqual([]);
  expect(targetName(ownTarget())).toContain("linux");
});
