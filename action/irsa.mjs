// Starts the installed command line.
import { spawn } from "node:child_process";
import { join } from "node:path";

/**
 * Runs irsa with these words, which no shell sees; what it says goes to the job's log.
 * @param stdout `inherit` where the answer is for the log too
 */
export function runIrsa(words, stdout = "pipe") {
  const script = join(process.env.RUNNER_TEMP, "irsa", "node_modules", "irsa", "bin", "irsa.cjs");
  const child = spawn(process.execPath, [script, ...words], {
    stdio: ["ignore", stdout, "inherit"],
    env: ownEnv(),
  });
  const answer = [];
  child.stdout?.on("data", (bytes) => answer.push(bytes));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal !== null) reject(new Error(`irsa was ended by ${signal}`));
      else resolve({ code, stdout: Buffer.concat(answer).toString("utf8") });
    });
  });
}

/** GitHub's token is for the comment alone. */
function ownEnv() {
  const { INPUT_GITHUB_TOKEN: _, ...env } = process.env;
  return env;
}
