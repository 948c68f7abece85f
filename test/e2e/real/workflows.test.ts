import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildActionlint } from "../../worlds/actionlint/build.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

let actionlint: string;
let folder: string;

beforeAll(async () => {
  actionlint = await buildActionlint();
  folder = await mkdtemp(join(tmpdir(), "irsa-workflows-"));
  await mkdir(join(folder, ".github", "workflows"), { recursive: true });
  // Of a local action actionlint reads the inputs and outputs, if the folder is a repository's.
  await mkdir(join(folder, ".git"));
  await cp(join(PROJECT, "action.yml"), join(folder, "action.yml"));
});
afterAll(async () => rm(folder, { recursive: true }));

/** The workflow of that name in docs/ci.md, with the action of this project. */
async function workflow(name: string): Promise<string> {
  const page = await readFile(join(PROJECT, "docs/ci.md"), "utf8");
  const [, text = ""] = new RegExp(`^\`\`\`yaml ${name}\n([^]*?)^\`\`\`$`, "m").exec(page) ?? [];
  return text.replaceAll(/irsa\/irsa@0{40} # \S+/g, "./");
}

/** What actionlint finds in a workflow. */
async function lint(name: string, text: string): Promise<string> {
  const file = join(folder, ".github", "workflows", `${name}.yaml`);
  await writeFile(file, text);
  return new Promise((resolve) => {
    execFile(actionlint, ["-no-color", "-oneline", file], { cwd: folder }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

test.each(["workflow", "audit"])(
  "actionlint accepts the %s of docs/ci.md, with the action's inputs",
  async (name) => {
    const text = await workflow(name);
    expect(text).toContain("uses: ./");
    expect(await lint(name, text)).toBe("");
  },
);

test("actionlint would find an input, an output or an expression that the action does not have", async () => {
  const text = await workflow("workflow");
  expect(await lint("input", text.replace("files: accounts.yaml", "file: accounts.yaml"))).toContain(
    'input "file" is not defined in action',
  );
  expect(
    await lint("output", text.replace("steps.plan.outputs.digest", "steps.plan.outputs.plan")),
  ).toContain('property "plan" is not defined');
});
