import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { EXECUTABLE } from "./irsa.ts";

const PROGRAM = fileURLToPath(new URL("../../dist/main.cjs", import.meta.url));

/** What is printed on a terminal of so many columns, or on none, and what comes to stderr. */
async function printed(script: string, columns: number | undefined): Promise<object> {
  const onTerminal = columns === undefined ? "" : `process.stdout.columns = ${columns};`;
  return promisify(execFile)(process.execPath, ["-e", `${onTerminal}${script}`], { env: {} });
}

const executable = (word: string): string =>
  `process.argv.push("irsa", ${JSON.stringify(word)}); require(${JSON.stringify(EXECUTABLE)});`;
const program = (word: string): string =>
  `void require(${JSON.stringify(PROGRAM)}).main([${JSON.stringify(word)}]);`;

describe.each([undefined, 40, 79, 80, 81, 200])("on a terminal of %s columns", (columns) => {
  test.each(["--help", "-h", "help", "--version", "-V"])("%s is what the program says", async (word) => {
    const [said, right] = await Promise.all([
      printed(executable(word), columns),
      printed(program(word), columns),
    ]);
    expect(said).toEqual(right);
    expect(said).toMatchObject({ stdout: expect.stringMatching(/^(Usage: irsa|\d)/) as string, stderr: "" });
  });
});
