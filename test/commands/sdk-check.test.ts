import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkSdks } from "../../src/commands/sdk-check/run.ts";
import type { SdkCheckFlags } from "../../src/commands/sdk-check/flags.ts";
import { listeningContext } from "../fakes/terminal.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "sdk-check-"))));
afterEach(async () => rm(folder, { recursive: true }));

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function run(paths: readonly string[], flags: Partial<SdkCheckFlags> = {}) {
  const { context, heard } = listeningContext();
  await checkSdks(
    paths.map((path) => join(folder, path)),
    { for: "both", output: "text", ...flags },
    context,
  );
  const [out, err] = [heard.out.join("\n"), heard.err.join("\n")];
  return { out: out.replaceAll(`${folder}/`, ""), err: err.replaceAll(folder, "."), code: heard.code };
}

describe("sdk-check", () => {
  it("names file, package, version, line and what is needed, and exits 3", async () => {
    await files({ "api/requirements.txt": "requests\nboto3==1.9.0\n", "web/go.mod": "module a\n" });
    const { out, err, code } = await run(["."]);
    expect(code).toBe(3);
    expect(err).toBe("");
    expect(out).toContain("api/requirements.txt");
    expect(out).toContain(
      "✗  boto3 1.9.0  line 2  too old for IRSA (needs 1.9.220) and Pod Identity (needs 1.34.41)",
    );
    expect(out).toContain("1 AWS SDK package: 1 too old\n  2 files read: 1 requirements.txt, 1 go.mod");
  });

  it.each([
    ["irsa", 0],
    ["pod-identity", 3],
    ["both", 3],
  ] as const)("--for %s: exit %d for what knows IRSA only", async (way, code) => {
    await files({ "requirements.txt": "boto3==1.20.0\n" });
    expect((await run(["requirements.txt"], { for: way })).code).toBe(code);
  });

  it("is content with what can't be determined, and says so", async () => {
    await files({ "requirements.txt": "boto3\n" });
    const { out, code } = await run(["."]);
    expect(code).toBe(0);
    expect(out).toContain("?  boto3 no version given");
    expect(out).toContain("0 too old, 1 unknown");
  });

  it("judges the others where one can't be read, names the place, and exits 2", async () => {
    await files({ "a/go.mod": "module a\nrequire (\n", "b/requirements.txt": "boto3==1.9.0\n" });
    const { out, err, code } = await run(["."]);
    expect(code).toBe(2);
    expect(out).toContain("boto3 1.9.0");
    expect(err).toBe("error: ./a/go.mod line 2: opens a block that is not closed");
  });

  it("tells all of that in JSON too", async () => {
    await files({
      "a/go.mod": "module a\nrequire (\n",
      "b/packages.lock.json":
        '{"version": 1,\n"dependencies": {"net8.0": {"AWSSDK.Core": {"resolved": "3.7.0"}}}}',
    });
    const { out, code } = await run(["."], { output: "json" });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 2,
      result: {
        summary: { files: 1, packages: 1, tooOld: 1, unknown: 0 },
        packages: [
          {
            file: "b/packages.lock.json",
            line: 2,
            type: "nuget",
            name: "AWSSDK.Core",
            version: "3.7.0",
            sdk: "dotnet",
            verdicts: {
              irsa: { verdict: "newEnough", needs: "3.3.104.14" },
              podIdentity: { verdict: "tooOld", needs: "3.7.302.0", release: "release 3.7.734.0" },
            },
          },
        ],
        warnings: [{ code: "package-lacking", package: "AWSSDK.SecurityToken" }],
        unreadable: [{ file: "a/go.mod", problem: "line 2: opens a block that is not closed" }],
      },
    });
  });

  it("finds files by name, and looks into no folder of others' packages", async () => {
    const old = "boto3==1.9.0\n";
    await files({
      "deps/requirements-prod.txt": old,
      "notes.txt": old,
      "node_modules/x/requirements.txt": old,
      ".venv/lib/requirements.txt": old,
    });
    expect((await run(["."])).out).toContain(
      "1 AWS SDK package: 1 too old\n  1 file read: 1 requirements.txt",
    );
  });

  it("is an input error where there is nothing to read", async () => {
    await files({ "empty/readme.md": "", "requirements.txt": "\xff" });
    await writeFile(join(folder, "latin1.txt"), Buffer.from([0xff, 0x41]));
    const { out, err, code } = await run(["empty", "absent", "latin1.txt"]);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("3 files were not read");
    expect(err).toMatch(/empty +has no lock file or SBOM/);
    expect(err).toMatch(/absent +can't be read: no such file/);
    expect(err).toMatch(/latin1\.txt +is not UTF-8 text/);
  });

  it("says that there is no SDK", async () => {
    await files({ "go.mod": "module a\ngo 1.22\n" });
    expect(await run(["."])).toEqual({ out: "\n  No AWS SDK in 1 file read: 1 go.mod", err: "", code: 0 });
  });
});
