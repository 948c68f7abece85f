import { defineConfig } from "vitest/config";

const e2e = (name: string): string => `test/e2e/${name}.test.ts`;

/** What is tested alike on the embedded world and on the real parts. */
const MAIN_JOB = [
  "story",
  "lifecycle",
  "refusals",
  "wrong-cluster",
  "plan-and-approval",
  "proxy",
  "verify",
  "verify-pods",
  "use-sa",
  "access",
  "doctor",
  "audit",
  "file",
  "eksctl-words",
].map(e2e);

/** What is about the embedded world itself. */
const SANDBOX = [
  "sandbox-commands",
  "demo",
  "isolation",
  "calls",
  "least-permissions",
  "doctor-simulation",
].map(e2e);

/**
 * `unit` needs Node alone, `sandbox` that and the built package; `e2e` needs the built package, Go and Python (see README,
 * Tests).
 */
export default defineConfig({
  test: {
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    setupFiles: ["test/own-environment.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: "sandbox",
          include: [...MAIN_JOB, ...SANDBOX],
          env: { IRSA_TEST_WORLD: "sandbox" },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: SANDBOX,
          testTimeout: 120_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
