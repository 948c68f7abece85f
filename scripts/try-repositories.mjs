// Runs `irsa sdk-check` on real repositories and reports, file by file, whether it was read, refused with a reason, or
// shows a defect: node scripts/try-repositories.mjs FOLDER [--all]
//
// FOLDER holds one checked-out repository a folder; nothing is fetched. The built package is run (npm run build). Which
// files have to be accounted for is said here once more, so that a file that the tool does not know of is found too.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { filesIn, parsed } from "./real-files.mjs";

/** Files that say what a project uses. */
const DEPENDENCY_FILES = [
  /^(package-lock|npm-shrinkwrap|package|composer|vcpkg|packages\.lock|project\.assets)\.json$/,
  /^(yarn|bun|deno|poetry|uv|pdm|Pipfile|Cargo|Gemfile|composer|conan|paket|Gopkg|glide|pixi)\.lock$/,
  /^(pnpm-lock|shrinkwrap|conda-lock)\.ya?ml$/,
  /^(bun\.lockb|Pipfile|Gemfile|pyproject\.toml|Cargo\.toml|pom\.xml|go\.mod|go\.sum|packages\.config)$/,
  /requirements.*\.(txt|in)$/,
  /\.(lockfile|versions\.toml|csproj|fsproj|vbproj|deps\.json|cdx\.json|spdx\.json|spdx)$/,
];
/** What shows that a file is about an AWS SDK. */
const MENTION =
  /["'\s/](boto3?|botocore|awscli)["'\s=<>~@[]|software\.amazon\.awssdk|aws-java-sdk|com\.amazonaws|aws\/aws-sdk-(go|php)|"AWSSDK|["'/\s]aws-sdk["'@\s/-]|@aws-sdk\/client-/;

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node scripts/try-repositories.mjs FOLDER [--all]");
  process.exit(2);
}

const counts = { read: 0, refused: 0, defect: 0, "to look at": 0 };
for (const name of readdirSync(folder).toSorted()) {
  const repository = join(folder, name);
  if (statSync(repository).isDirectory()) tryRepository(name, repository);
}
console.log(
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(", "),
);
process.exitCode = counts.defect > 0 ? 1 : 0;

function tryRepository(name, repository) {
  console.log(`\n${name}`);
  const run = spawnSync(process.execPath, ["bin/irsa.cjs", "sdk-check", repository, "-o", "json"], {
    encoding: "utf8",
    maxBuffer: 1024 ** 3,
    env: { PATH: process.env.PATH, NO_COLOR: "1" },
  });
  const report = parsed(run.stdout);
  if (report === undefined || /\bbug\b|^\s+at .+:\d+:\d+\)?$/m.test(run.stderr)) {
    tell("defect", repository, `exit ${run.status}: ${run.stderr.trim().split("\n")[0]}`);
    return;
  }
  const read = new Map(report.files.map(({ file, format }) => [file, format]));
  const refused = new Map(report.unreadable.map(({ file, problem }) => [file, problem]));
  const withSdk = new Set(report.packages.map(({ file }) => file));
  for (const file of new Set([...filesIn(repository, isDependencyFile), ...read.keys(), ...refused.keys()])) {
    const shown = relative(repository, file);
    if (refused.has(file)) tell("refused", shown, refused.get(file));
    else if (!read.has(file)) tell("defect", shown, "not accounted for");
    else if (!withSdk.has(file) && mentionIn(file) !== undefined)
      tell(
        "to look at",
        shown,
        `read as ${read.get(file)}, without an AWS SDK; line ${mentionIn(file)} mentions one`,
      );
    else tell("read", shown, read.get(file));
  }
  if (refused.size > 0 && run.status !== 2) tell("defect", name, `exit ${run.status} with refused files`);
  if (refused.size > 0 && run.stderr.trim() === "")
    tell("defect", name, "refused files, and nothing said of them");
}

function isDependencyFile(name) {
  return DEPENDENCY_FILES.some((one) => one.test(name));
}

function tell(what, file, why) {
  counts[what] += 1;
  if (what !== "read" || flags.includes("--all")) console.log(`  ${what}  ${file}: ${why}`);
}

/** The line of the first mention of an AWS SDK. */
function mentionIn(file) {
  if (!existsSync(file)) return undefined;
  const at = readFileSync(file, "utf8")
    .split("\n")
    .findIndex((line) => MENTION.test(line));
  return at < 0 ? undefined : at + 1;
}
