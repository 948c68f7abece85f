// Sums vitest's reports: node .ci/sum.mjs FAILED_STEPS REPORT…; a step that failed without a failed test counts as one.
import { readFileSync } from "node:fs";

const [failedSteps, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const report of reports) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, "utf8"));
    passed += numPassedTests;
    failed += numFailedTests;
    if (numPendingTests > 0) console.log(`${report}: ${numPendingTests} skipped`);
  } catch (error) {
    console.log(`no report: ${error.message}`);
    failed += 1;
  }
}
failed = Math.max(failed, Number(failedSteps));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
