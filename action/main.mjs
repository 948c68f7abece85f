// What action.yml runs, once the package is installed: one command of irsa, without a shell.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keepComment } from "./comment.mjs";
import { runIrsa } from "./irsa.mjs";

const { env } = process;
const given = (name) => env[`INPUT_${name}`] ?? "";
const lines = (name) =>
  given(name)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
const files = lines("FILES").flatMap((file) => ["-f", file]);

/** What irsa writes at the beginning of a plan in Markdown: which cluster it is about, and its digest. */
const MARK = /^<!-- irsa-plan (\S+) ([0-9a-f]{64}) -->\n/;

const COMMANDS = { plan, apply, audit };

async function plan() {
  const { code, stdout } = await runIrsa([
    "plan",
    ...files,
    ...lines("FLAGS"),
    "--exit-code",
    "-o",
    "markdown",
  ]);
  const [mark, , digest] = MARK.exec(stdout) ?? [];
  if (mark === undefined) return code;
  const hasChanges = code !== 0;
  output("digest", digest);
  output("changes", hasChanges);
  appendFileSync(env.GITHUB_STEP_SUMMARY, stdout);
  const pull = pullRequest();
  if (given("COMMENT") === "true" && pull !== undefined)
    await keepComment({ pull, body: stdout, mark: mark.slice(0, mark.indexOf(digest)), isNews: hasChanges });
  return code === CHANGES ? 0 : code;
}

/** The exit code of a plan that has changes. */
const CHANGES = 3;

async function apply() {
  const digest = given("EXPECT_PLAN");
  if (digest === "")
    throw new Error("expect-plan is missing: apply needs the digest of the plan that was reviewed");
  const { code } = await runIrsa(
    ["apply", ...files, ...lines("FLAGS"), "--approve", "--expect-plan", digest],
    "inherit",
  );
  return code;
}

async function audit() {
  const { code, stdout } = await runIrsa(["audit", ...files, ...lines("FLAGS"), "-o", "sarif"]);
  if (stdout === "") return code;
  const file = join(env.RUNNER_TEMP, "irsa.sarif");
  writeFileSync(file, stdout);
  output("sarif-file", file);
  return code;
}

/** The number of the pull request that the job is about, if it is about one. */
function pullRequest() {
  const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8"));
  return event.pull_request?.number;
}

/** Values of ours, which have no line end. */
function output(name, value) {
  appendFileSync(env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

try {
  const command = given("COMMAND");
  if (!Object.hasOwn(COMMANDS, command)) throw new Error(`command '${command}' must be plan, apply or audit`);
  process.exitCode = await COMMANDS[command]();
} catch (error) {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 2;
}
