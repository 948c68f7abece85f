import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { HOMEPAGE, VERSION } from "../../src/version.ts";
import { runCommandLine } from "../../src/main.ts";
import { heardSurroundings } from "../fakes/streams.ts";

async function run(line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const surroundings = heardSurroundings();
  const code = await runCommandLine(line.split(" "), surroundings);
  const { stdout, stderr } = surroundings.streams.heard;
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

describe("irsa version", () => {
  it.each(["version", "--version", "-V", "version -q", "-q version", "version -o text"])(
    "%s prints it alone",
    async (line) => {
      expect(await run(line)).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: "" });
    },
  );

  it("says in JSON what a bug report needs", async () => {
    const { code, stdout } = await run("version -o json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 2,
      command: "version",
      caller: null,
      cluster: null,
      clusterChosenBy: null,
      endpointOverrides: {},
      organizationFile: null,
      result: {
        version: VERSION,
        node: process.versions.node,
        platform: `${process.platform}-${process.arch}`,
        docs: HOMEPAGE,
      },
    });
  });

  it("takes nothing else", async () => {
    const { code, stdout } = await run("version x -o json");
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ command: "version", error: { code: "invalid-usage" } });
  });
});

describe("the docs' address", () => {
  it("is in the program's help", async () => {
    const { stdout } = await run("--help");
    expect(stdout).toMatch(new RegExp(`\\n\\nDocumentation: ${HOMEPAGE}\\n$`));
  });

  it("is that of package.json, by the build as in the tests", () => {
    const { homepage } = JSON.parse(readFileSync("package.json", "utf8")) as { homepage: string };
    const build = readFileSync("scripts/build.mjs", "utf8");
    expect(HOMEPAGE).toBe(homepage);
    expect(build).toContain("IRSA_HOMEPAGE: JSON.stringify(homepage)");
  });
});
