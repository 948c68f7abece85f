import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, inject, test } from "vitest";
import { installDebian } from "../worlds/debian.ts";

const run = promisify(execFile);
const folder = join(inject("packages") ?? "", "contents", "man");

let pages: readonly string[];

beforeAll(async () => {
  await installDebian("mandoc", ["mandoc"]);
  await installDebian("groff", ["groff-base"]);
  pages = (await readdir(folder)).toSorted();
});

test("there is one for irsa and for each of its commands", async () => {
  const commands = await readFile("docs/commands.md", "utf8");
  const names = [...commands.matchAll(/^## (irsa .*)$/gm)].map(([, words = ""]) =>
    words.replaceAll(" ", "-"),
  );
  expect(pages).toEqual(["irsa.1", ...names.map((name) => `${name}.1`)].toSorted());
});

test("mandoc has nothing against them", async () => {
  // They have no date, so that two builds of one commit are alike.
  const lint = await run("sh", ["-c", "mandoc -T lint -W warning *.1 | grep -v 'missing date' || true"], {
    cwd: folder,
  });
  expect(lint).toEqual({ stdout: "", stderr: "" });
});

test("groff has nothing against them, and shows every flag and example", async () => {
  for (const page of pages) {
    const format = ["-k", "-ww", "-man", "-Tutf8", "-rLL=200n", "-P-cbou", join(folder, page)];
    const { stdout, stderr } = await run("groff", format);
    expect(stderr, page).toBe("");
    const [, help = ""] =
      new RegExp(`^## ${page.replace(/\.1$/, "").replace("-", " ")}\\n\\n\`\`\`\\n(.*?)\`\`\``, "ms").exec(
        await readFile("docs/commands.md", "utf8"),
      ) ?? [];
    const flags = [...help.matchAll(/^ {2}(-\S.*?)(?: {2}|$)/gm)].map(([, flag]) => flag);
    for (const flag of flags) expect(stdout, page).toContain(flag);
    const [, examples = ""] = /\nExamples:\n(.*?)\n\n/s.exec(`${help}\n\n`) ?? [];
    for (const line of examples.split("\n")) expect(stdout, page).toContain(line.trim());
  }
});
