import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const manifest = async (folder: string) =>
  JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
  };

test("docs/dependencies.md gives a reason for every direct dependency, and for no other", async () => {
  const { devDependencies, dependencies } = await manifest(".");
  const workspaces = await Promise.all(["packages/sandbox", "src/model"].map(manifest));
  const direct = [devDependencies, ...workspaces.map((one) => one.dependencies)];
  const own = new Set(workspaces.map(({ name }) => name));
  const page = await readFile("docs/dependencies.md", "utf8");
  const named = page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
  expect(dependencies, "what is needed at run time is bundled").toBeUndefined();
  expect(new Set(named)).toEqual(
    new Set(direct.flatMap((some = {}) => Object.keys(some)).filter((name) => !own.has(name))),
  );
});
