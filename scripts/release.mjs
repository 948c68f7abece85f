// Packs a release into release/, with what its users can check it by, and prints the one command that publishes it.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf, provenanceOf } from "./provenance.mjs";
import { git, releaseProblems } from "./release-state.mjs";

const OUT = "release";

const problems = releaseProblems(".");
if (problems.length > 0) {
  console.error(`error: not ready for a release\n${problems.map((one) => `- ${one}`).join("\n")}`);
  process.exit(1);
}

const { name, version, repository } = JSON.parse(readFileSync("package.json", "utf8"));
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
const npm = (...args) => execFileSync("npm", args, { encoding: "utf8" }).trim();
npm("pack", "--silent", "--pack-destination", OUT);
const archive = join(OUT, `${name}-${version}.tgz`);
copyFileSync("dist/sbom.cdx.json", join(OUT, `${name}-${version}.cdx.json`));
const artifacts = Object.fromEntries(readdirSync(OUT).map((file) => [file, join(OUT, file)]));
const statement = provenanceOf({
  artifacts,
  source: { url: repository.url, tag: `v${version}`, commit: git(".", "rev-parse", "HEAD") },
  builder: process.env.IRSA_BUILDER_ID ?? "urn:irsa:builder:unattested",
  tools: { node: process.version, npm: npm("--version") },
});
writeFileSync(join(OUT, `${name}-${version}.intoto.json`), `${JSON.stringify(statement, null, 2)}\n`);
const sums = readdirSync(OUT)
  .toSorted()
  .map((file) => `${digestOf(join(OUT, file))}  ${file}\n`);
writeFileSync(join(OUT, "SHA256SUMS"), sums.join(""));

console.log(`${OUT}/\n${[...sums, "SHA256SUMS\n"].map((line) => `  ${line}`).join("")}
Publish it (from CI, whose OIDC token signs the provenance; without --provenance from anywhere):
    npm publish ./${archive} --access public --provenance`);
