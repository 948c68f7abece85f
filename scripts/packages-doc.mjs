// Measures the packages in packed/ and writes the table of docs/install.md, as root: npm run packages -- --image, then node scripts/packages-doc.mjs
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";

const FILE = "docs/install.md";
const PACKED = "packed";
const MARKERS = /(<!-- packages -->\n)[^]*?(<!-- \/packages -->)/;
const RUNS = 15;
/** Loads what a command needs to begin. */
const START = ["create-sa", "--help"];
const MEGABYTE = 1_000_000;

/** The packages of this machine, by how they are installed; the others have the same files and can't be run here. */
const OWN = {
  archive: /_linux_amd64\.tar\.gz$/,
  deb: /_amd64\.deb$/,
  rpm: /\.x86_64\.rpm$/,
  image: /_image\.tar$/,
};
const BINARY = `${PACKED}/linux-amd64/irsa`;
const PACKAGE = /^irsa[-_].*\.(?:tar\.gz|zip|deb|rpm|tar)$/;
/** The root file system of the image. */
const IMAGE = `${PACKED}/image/amd64`;

/** How many of the tests of each way to install pass, by its name. */
function testedWays() {
  const folder = mkdtempSync(join(tmpdir(), "irsa-table-"));
  try {
    const report = join(folder, "report.json");
    const files = ["test/packages/installed.test.ts", "test/packages/image.test.ts"];
    const tests = ["vitest", "run", "--project", "packages", ...files];
    const options = ["--reporter=json", `--outputFile=${report}`];
    spawnSync("npx", [...tests, ...options], { stdio: ["ignore", "ignore", "inherit"] });
    const { testResults } = JSON.parse(readFileSync(report, "utf8"));
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    return (way) => {
      const own = all.filter((one) => one.ancestorTitles[0] === `installed from the ${way}`);
      return `${own.filter(({ status }) => status === "passed").length} of ${own.length} pass`;
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Median milliseconds of runs taken in turn, so that what else the machine does slows all of them alike. */
function starts(commands) {
  const times = commands.map(() => []);
  for (let run = 0; run < RUNS; run += 1)
    for (const [at, [program, ...args]] of commands.entries()) {
      const before = performance.now();
      execFileSync(program, args, { env: {}, stdio: "ignore" });
      times[at].push(performance.now() - before);
    }
  return times.map((all) => Math.round(all.toSorted((one, other) => one - other)[(RUNS - 1) / 2]));
}

const megabytes = (bytes) => `${(bytes / MEGABYTE).toFixed(1)} MB`;

const node = process.execPath;
// As a container runtime does.
const MOUNTED = ["proc", "dev"].map((name) => [`/${name}`, `${IMAGE}/${name}`]);
for (const [from, to] of MOUNTED) {
  mkdirSync(to, { recursive: true });
  execFileSync("mount", ["--rbind", from, to]);
}
const [bare, npm, binary, contained] = starts([
  [node, "-e", "0"],
  [node, "bin/irsa.cjs", ...START],
  [BINARY, ...START],
  ["/usr/sbin/chroot", "--userspec=65532:65532", IMAGE, "/usr/bin/irsa", ...START],
]);
for (const [, to] of MOUNTED) execFileSync("umount", ["--lazy", to]);
const start = (milliseconds) => `${milliseconds} ms, ${(milliseconds / bare).toFixed(1)} × Node alone`;
const passing = testedWays();
const packed = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"]));
const rows = [
  ["npm", passing("npm"), megabytes(packed[0].size), start(npm)],
  ...readdirSync(PACKED)
    .filter((name) => PACKAGE.test(name))
    .map((name) => {
      const [way] = Object.entries(OWN).find(([, pattern]) => pattern.test(name)) ?? [];
      const size = megabytes(statSync(join(PACKED, name)).size);
      return way === undefined
        ? [`\`${name}\``, "not run", size, "–"]
        : [`\`${name}\``, passing(way), size, start(way === "image" ? contained : binary)];
    }),
];
const table = [
  ["Package", "End to end", "Size", `\`irsa ${START.join(" ")}\``],
  ["---", "---", "---", "---"],
  ...rows,
].map((cells) => `| ${cells.join(" | ")} |`);
const day = new Date().toISOString().slice(0, 10);
const machine = `${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.versions.node}`;
const text = `${table.join("\n")}\n\n${day}, ${machine}; medians of ${RUNS} runs.\n`;
writeFileSync(
  FILE,
  readFileSync(FILE, "utf8").replace(MARKERS, (_, begin, end) => `${begin}${text}${end}`),
);
