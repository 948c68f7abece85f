import { defineConfig } from "vitest/config";
import { PAGE_PARTS, pageParts } from "./scripts/page.mjs";

const e2e = (name: string): string => `test/e2e/${name}.test.ts`;

/** What is tested alike on the embedded world and on the real parts; what takes longer, apart. */
const BOTH = [
  "story",
  "lifecycle",
  "refusals",
  "wrong-cluster",
  "plan-and-approval",
  "proxy",
  "use-sa",
  "eksctl-syntax",
  "adopt",
  "eksctl-fleet",
].map(e2e);
const BOTH_LONG = [
  "verify",
  "verify-pods",
  "access",
  "doctor",
  "audit",
  "graph",
  "picture/command",
  "file",
  "migrate-trust",
  "ctrl-c",
].map(e2e);

/** What is about the embedded world itself. */
const SANDBOX = [
  "aws-configs",
  "bugs",
  "broken-output",
  "sandbox-commands",
  "demo",
  "first-errors",
  "old-node",
  "isolation",
  "calls",
  "help",
].map(e2e);
const SANDBOX_LONG = [
  "least-permissions",
  "doctor-simulation",
  "several-clusters",
  "half-readable",
  "interruption",
  "release",
].map(e2e);

const onSandbox = {
  env: { IRSA_TEST_WORLD: "sandbox" },
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/** What needs more than the sources, or much time: left out of the edit loop (`npm run test:fast`), never of `npm test`. */
const SLOW = [
  "test/{e2e,security,sandbox,interruption,worlds,bench,sdk-versions,syntax}/**",
  "test/**/*{property,interruption,samples,fleet,scan}.test.ts",
];

/** The bundle of src/page in its place, as the build puts it there; made when a test needs it. */
const pageWithin = {
  name: "page-within",
  load: async (id: string) => (PAGE_PARTS.test(id) ? (await pageParts()).contents : undefined),
};

/**
 * `unit` needs Node alone; `sandbox`, `sandbox-long` and `security` that and the built package; `e2e` needs the built package, Go and
 * Python (see README, Tests).
 */
export default defineConfig({
  plugins: [pageWithin],
  // As the build does; some tests run the whole command line in their own process.
  define: { IRSA_VERSION: JSON.stringify("0.0.0-test") },
  test: {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    setupFiles: ["test/own-environment.ts"],
    // Of two cores vitest would use one.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/security/**"],
          // A busy machine is no reason to fail.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: SLOW,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "sandbox",
          include: [...BOTH, ...SANDBOX],
          ...onSandbox,
        },
      },
      {
        extends: true,
        test: {
          name: "sandbox-long",
          include: [...BOTH_LONG, ...SANDBOX_LONG],
          ...onSandbox,
        },
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
          include: ["test/e2e/**/*.test.ts"],
          exclude: [...SANDBOX, ...SANDBOX_LONG],
          testTimeout: 120_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
