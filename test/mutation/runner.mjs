import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { INSTRUMENTER_CONSTANTS } from "@stryker-mutator/api/core";
import { commonTokens, declareClassPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import { build } from "esbuild";
import { takeTests } from "./test-api.mjs";

/** What Stryker's instrumented code keeps on the global object. */
const stryker = (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});

/** Tests that count which cases came up, of which there are too few here. */
const COUNTING = /are of every kind|whatever is taken over.*is as it was but for the marks/;

/**
 * A test runner of Stryker that runs every mutant in one process: the tests are bundled and imported once, and a mutant
 * is switched on while those that reach it run. Vitest, started again for each mutant, takes some hundred times as long.
 * Only a mutant of what runs at import needs the bundle imported again.
 */
class OneProcess {
  static inject = tokens(commonTokens.options);
  #options;
  #bundle;
  #imports = 0;
  #tests;
  #durations = new Map();

  constructor(options) {
    this.#options = options;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    // A mutant may leave a promise behind that nobody waits for.
    process.on("unhandledRejection", () => undefined);
    process.env.MUTATION_RUNS = String(this.#options.oneProcess.runs);
    this.#bundle = await bundle(this.#options.oneProcess.tests);
  }

  async dryRun() {
    stryker.activeMutant = undefined;
    stryker.mutantCoverage = { static: {}, perTest: {} };
    this.#tests = await this.#load();
    const tests = await runAll([...this.#tests.values()], { bail: false });
    return { status: DryRunStatus.Complete, tests, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun(options) {
    const result = await this.#mutantRun(options);
    if (result.status !== "killed" || options.mutantActivation === "static") return result;
    // What kills must pass again without the mutant: else an earlier one has left something behind.
    const [killer] = result.killedBy;
    const [again] = await runAll([this.#tests.get(killer)], { bail: true });
    if (again.status === TestStatus.Success) return result;
    this.#tests = undefined;
    return this.#mutantRun(options);
  }

  async #mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }) {
    const atImport = mutantActivation === "static";
    if (!atImport) this.#tests ??= await this.#load();
    stryker.hitCount = 0;
    stryker.hitLimit = hitLimit;
    stryker.activeMutant = activeMutant.id;
    try {
      const all = atImport ? await this.#load() : this.#tests;
      const chosen = (testFilter ?? [...all.keys()]).map((id) => all.get(id)).filter(Boolean);
      chosen.sort((one, other) => this.#duration(one) - this.#duration(other));
      const tests = await runAll(chosen, { bail: true });
      for (const { id, timeSpentMs } of tests) this.#durations.set(id, timeSpentMs);
      const status = DryRunStatus.Complete;
      return toMutantRunResult(determineHitLimitReached(stryker.hitCount, hitLimit) ?? { status, tests });
    } catch (error) {
      // The mutant does not even let the modules be imported.
      return {
        status: "killed",
        killedBy: [[...this.#durations.keys()][0] ?? ""],
        failureMessage: String(error),
        nrOfTests: 1,
      };
    } finally {
      stryker.activeMutant = undefined;
    }
  }

  #duration({ id }) {
    return this.#durations.get(id) ?? 0;
  }

  async #load() {
    this.#imports += 1;
    takeTests();
    await import(`${pathToFileURL(this.#bundle)}?${this.#imports}`);
    const tests = takeTests()
      .filter(({ name }) => !COUNTING.test(name))
      .map((test, at) => ({ ...test, id: `${at} ${test.name}` }));
    return new Map(tests.map((test) => [test.id, test]));
  }
}

async function runAll(tests, { bail }) {
  const results = [];
  for (const test of tests) {
    const result = await run(test);
    results.push(result);
    if (bail && result.status === TestStatus.Failed) break;
  }
  return results;
}

async function run({ id, name, suite, body }) {
  stryker.currentTestId = id;
  const begin = performance.now();
  const result = (outcome) => ({ id, name, timeSpentMs: performance.now() - begin, ...outcome });
  try {
    for (const hook of [...suite.beforeAll, ...suite.beforeEach]) await hook();
    try {
      await body({ task: { meta: {} } });
    } finally {
      for (const hook of suite.afterEach) await hook();
    }
    return result({ status: TestStatus.Success });
  } catch (error) {
    return result({ status: TestStatus.Failed, failureMessage: String(error?.message ?? error) });
  } finally {
    stryker.currentTestId = undefined;
  }
}

/** What the tests get for packages of these names. */
const STANDINS = { vitest: "test-api.mjs", "fast-check": "few-runs.mjs" };

const standins = {
  name: "standins",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^(vitest|fast-check)$/ }, ({ path }) => ({
      path: new URL(STANDINS[path], import.meta.url).href,
      external: true,
    }));
  },
};

/** All test files as one module. */
async function bundle(files) {
  const directory = resolve(".cache/one-process");
  await mkdir(directory, { recursive: true });
  const outfile = join(directory, `${process.pid}.mjs`);
  const imports = ["test/own-environment.ts", ...files].map(
    (file) => `import ${JSON.stringify(resolve(file))};`,
  );
  await build({
    stdin: { contents: imports.join("\n"), resolveDir: process.cwd() },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    plugins: [standins],
    logLevel: "error",
  });
  return outfile;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "one-process", OneProcess)];

export const strykerValidationSchema = {
  properties: {
    oneProcess: {
      type: "object",
      properties: { tests: { type: "array", items: { type: "string" } }, runs: { type: "number" } },
    },
  },
};
