import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../../src/command-list.ts";
import { EXECUTABLE } from "../irsa.ts";

const PROGRAM = fileURLToPath(new URL("../../../dist/main.cjs", import.meta.url));

/** What is printed on a terminal of so many columns, or on none, and what comes to stderr. */
async function printed(script: string, columns: number | undefined): Promise<object> {
  const onTerminal = columns === undefined ? "" : `process.stdout.columns = ${columns};`;
  return promisify(execFile)(process.execPath, ["-e", `${onTerminal}${script}`], { env: {} });
}

/** Each command's own help, as on a terminal of so many columns. */
async function helps(columns: number): Promise<string[]> {
  const script = `process.stdout.columns = ${columns};
    const { main } = require(${JSON.stringify(PROGRAM)});
    const names = ${JSON.stringify(COMMANDS.map(({ name }) => name))};
    const all = names.reduce((before, name) => before.then(() => main([name, "--help"])), Promise.resolve());`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env: {} });
  return stdout.split(/^(?=Usage: )/m);
}

const executable = (word: string): string =>
  `process.argv.push("irsa", ${JSON.stringify(word)}); require(${JSON.stringify(EXECUTABLE)});`;
const program = (word: string): string =>
  `void require(${JSON.stringify(PROGRAM)}).main([${JSON.stringify(word)}]);`;

describe.each([undefined, 40, 79, 80, 81, 200])("on a terminal of %s columns", (columns) => {
  test.each(["--help", "-h", "help", "--version", "-V", "version"])(
    "%s is what the program says",
    async (word) => {
      const [said, right] = await Promise.all([
        printed(executable(word), columns),
        printed(program(word), columns),
      ]);
      expect(said).toEqual(right);
      expect(said).toMatchObject({
        stdout: expect.stringMatching(/^(Usage: irsa|\d)/) as string,
        stderr: "",
      });
    },
  );
});

describe.each([40, 60, 79, 80, 100])("on a terminal of %i columns a command's help", (columns) => {
  test("is not wider, but for a word that is", async () => {
    const all = await helps(columns);
    expect(all).toHaveLength(COMMANDS.length);
    for (const help of all)
      for (const line of help.split("\n").filter((one) => one.length > columns))
        expect(line.replace(/ \\$/, "")).toMatch(/^\s*('[^']*'|"[^"]*"|\S+)$/);
  });
});

test("the commands of the examples are the same on a narrow terminal", async () => {
  /** Everything that a shell would run, a command a line. */
  const commands = (help: string): string[] =>
    (help.split(/^Examples:\n/m)[1] ?? "")
      .split("\n\n", 1)
      .join("")
      .replaceAll(/\s*\\\n\s*/g, " ")
      .split("\n")
      .map((one) => one.replace(/(^|\s)# .*$/, "").trim())
      .filter((one) => one !== "");
  const [narrow, wide] = await Promise.all([helps(40), helps(300)]);
  expect(narrow.flatMap(commands)).toEqual(wide.flatMap(commands));
  expect(wide.flatMap(commands).length).toBeGreaterThan(40);
});

test.each([
  ["sandbox", "start"],
  ["export", "in-cluster"],
])("help %s %s is the help of %2$s", async (...words) => {
  const script = (...args: string[]) =>
    `void require(${JSON.stringify(PROGRAM)}).main(${JSON.stringify(args)});`;
  const [asked, own] = await Promise.all([
    printed(script("help", ...words), 80),
    printed(script(...words, "--help"), 80),
  ]);
  expect(asked).toEqual(own);
  expect(asked).toMatchObject({
    stdout: expect.stringContaining(`Usage: irsa ${words.join(" ")} `) as string,
  });
});
