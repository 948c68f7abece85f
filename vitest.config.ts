import { defineConfig } from "vitest/config";
import { PAGE_PARTS, pageParts } from "./scripts/page.mjs";

/** A busy machine is no reason to fail. More than tests wait for what comes by itself (test/worlds/patience.ts). */
const BUSY = 300_000;

/** What a test needs of Debian's packages, of Go and of Python is installed and built in a hook: two of them side by side. */
const BUILDING = 3_600_000;

/** Most of the time of small tests went into loading the sources: a worker does it once, for all of its test files. */
const inProcess = {
  isolate: false,
  pool: "threads",
  testTimeout: BUSY,
  hookTimeout: BUSY,
} as const;

const onSandbox = {
  env: { IRSA_TEST_WORLD: "sandbox" },
  testTimeout: BUSY,
  hookTimeout: BUSY,
};

/** What needs more than the sources, or much time: left out of the edit loop (`npm run test:fast`), never of `npm test`. */
const SLOW = [
  "test/{e2e,packages,security,sandbox,interruption,worlds,bench}/**",
  "test/**/*.{slow,property}.test.ts",
];

/** What a package could break, each as a user meets it: the main job, TLS, proxies, plugins, terminals, pipes. */
const OF_PACKAGES = [
  "test/packages/*.test.ts",
  "test/e2e/both/{story,proxy,eksctl-syntax}.test.ts",
  "test/e2e/sandbox/{aws-configs,broken-output,kubectl-plugin,networks,no-color,pod-credentials,sandbox-commands}.test.ts",
];

/** With the standalone binary in place of Node and what npm installs. */
const withPackages = {
  globalSetup: ["test/built-packages.ts"],
  setupFiles: ["test/node-only.ts"],
  ...onSandbox,
  hookTimeout: BUILDING,
};

/** The bundle of src/page in its place, as the build puts it there; made when a test needs it. */
const pageWithin = {
  name: "page-within",
  load: async (id: string) => (PAGE_PARTS.test(id) ? (await pageParts()).contents : undefined),
};

/**
 * A test belongs to a project by its folder. In test/e2e, `both` runs on the embedded world and on the real parts, `sandbox` is
 * about the embedded world itself, `real` needs the real parts; `long` takes longer and runs apart.
 *
 * `unit` needs Node alone; `sandbox`, `sandbox-long` and `security` that and the built package; `e2e` needs the built package, Go and
 * Python (see README, Tests).
 */
export default defineConfig({
  plugins: [pageWithin],
  // As the build does; some tests run the whole command line in their own process.
  define: {
    IRSA_VERSION: JSON.stringify("0.0.0-test"),
    IRSA_HOMEPAGE: JSON.stringify("https://irsa.example"),
  },
  test: {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    setupFiles: ["test/own-environment.ts"],
    globalSetup: ["test/run-folder.ts"],
    // Of two cores vitest would use one.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
          exclude: ["test/{e2e,packages,security}/**"],
          ...inProcess,
        },
      },
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: SLOW,
          ...inProcess,
        },
      },
      {
        extends: true,
        test: {
          name: "sandbox",
          include: ["test/e2e/{both,sandbox}/*.test.ts"],
          ...onSandbox,
        },
      },
      {
        extends: true,
        test: {
          name: "sandbox-long",
          include: ["test/e2e/{both,sandbox}/long/*.test.ts"],
          ...onSandbox,
        },
      },
      {
        extends: true,
        test: { name: "packages", include: OF_PACKAGES, ...withPackages },
      },
      {
        extends: true,
        test: { name: "binary", include: ["test/e2e/{both,sandbox}/*.test.ts"], ...withPackages },
      },
      {
        extends: true,
        test: {
          name: "security",
          include: ["test/security/**/*.test.ts"],
          ...onSandbox,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/{both,real}/**/*.test.ts"],
          testTimeout: BUSY,
          hookTimeout: BUILDING,
        },
      },
    ],
  },
});
