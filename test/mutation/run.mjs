import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { refusedByCompiler } from "./compiler.mjs";
import { MODULES } from "./modules.mjs";
import { pageOf } from "./page.mjs";
import { reasonFor } from "./survivors.mjs";

/*
 * npm run test:mutation [-- MODULE … [--only PART_OF_A_FILE_NAME]]: mutates one module after the other. Whatever survives
 * without a reason in survivors.mjs is listed, and makes the run fail. A run of a whole module brings docs/mutation.md up
 * to date, once each module has been run.
 */
const CACHE = ".cache/mutation";
const PAGE = "docs/mutation.md";
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "" }, concurrency: { type: "string", default: "2" } },
});

mkdirSync(CACHE, { recursive: true });
for (const name of positionals.length > 0 ? positionals : Object.keys(MODULES)) {
  const before = new Map(mutatedBy(MODULES[name]).map((file) => [file, readFileSync(file, "utf8")]));
  const mutants = (await mutate(MODULES[name])).map((mutant) => record(mutant));
  const changed = [...before].filter(([file, text]) => readFileSync(file, "utf8") !== text);
  if (changed.length > 0)
    throw new Error(
      `changed while they were mutated, run again: ${changed.map(([file]) => file).join(", ")}`,
    );
  const alive = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  for (const mutant of refusedByCompiler(alive, `${CACHE}/types`)) mutant.status = "CompileError";
  if (values.only === "") writeFileSync(`${CACHE}/${name}.json`, JSON.stringify(mutants, undefined, 1));
  report(name, mutants);
}
if (values.only === "") bringPageUpToDate();

function bringPageUpToDate() {
  const missing = Object.keys(MODULES).filter((name) => !existsSync(`${CACHE}/${name}.json`));
  if (missing.length === 0) writeFileSync(PAGE, pageOf(readFileSync(PAGE, "utf8"), figures()));
  else console.log(`${PAGE} is unchanged: not run yet: ${missing.join(", ")}`);
}

function mutatedBy({ mutate }) {
  return filesIn("src", mutate, ".ts").filter((file) => file.includes(values.only));
}

function mutate({ mutate, tests, runs }) {
  return new Stryker({
    testRunner: "one-process",
    plugins: ["./test/mutation/runner.mjs"],
    oneProcess: { tests: filesIn("test", tests, ".test.ts"), runs },
    mutate: mutatedBy({ mutate }),
    coverageAnalysis: "perTest",
    concurrency: Number(values.concurrency),
    timeoutMS: 90_000,
    dryRunTimeoutMinutes: 15,
    // Each import of the tests stays in memory.
    maxTestRunnerReuse: 60,
    // It would be read with TypeScript's old JavaScript API, and nothing in it has to change.
    tsconfigFile: "none",
    disableTypeChecks: false,
    ignorePatterns: [".cache", "dist"],
    tempDirName: `${CACHE}/sandbox`,
    allowConsoleColors: false,
    reporters: ["progress-append-only"],
  }).runMutationTest();
}

function filesIn(folder, which, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith(ending) && which.test(file))
    .map((file) => `${folder}/${file}`)
    .toSorted();
}

/** What is worth keeping of a mutant: where it is, what it did, and what became of it. Places count from 1. */
function record({ fileName, mutatorName, replacement, status, location: { start, end } }) {
  const file = fileName.slice(fileName.lastIndexOf("/src/") + 1);
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n");
  const at = ({ line, column }) =>
    lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0) + column - 1;
  const range = [at(start), at(end)];
  return {
    file,
    line: start.line,
    mutator: mutatorName,
    original: text.slice(...range),
    replacement,
    status,
    range,
  };
}

function report(name, mutants) {
  const count = (status) => mutants.filter((one) => one.status === status).length;
  const unexplained = mutants.filter((one) => isAlive(one) && reasonFor(one) === undefined);
  for (const { file, line, status, mutator, original, replacement } of unexplained)
    console.log(`\n${file}:${line} ${status} ${mutator}\n- ${original}\n+ ${replacement}`);
  const figures = ["Killed", "Timeout", "Survived", "NoCoverage", "CompileError", "RuntimeError"].map(
    (status) => `${count(status)} ${status}`,
  );
  console.log(
    `\n${name}: ${mutants.length} mutants, ${figures.join(", ")}; ${unexplained.length} without a reason`,
  );
  if (unexplained.length > 0) process.exitCode = 1;
}

function isAlive({ status }) {
  return status === "Survived" || status === "NoCoverage";
}

/** The last run of each module. */
function figures() {
  return Object.keys(MODULES).map((name) => [
    name,
    JSON.parse(readFileSync(`${CACHE}/${name}.json`, "utf8")),
  ]);
}
