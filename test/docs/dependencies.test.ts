import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

test("docs/dependencies.md gives a reason for every direct dependency, and for no other", async () => {
  const { devDependencies, dependencies } = JSON.parse(await readFile("package.json", "utf8"));
  const page = await readFile("docs/dependencies.md", "utf8");
  const named = page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
  expect(dependencies, "what is needed at run time is bundled").toBeUndefined();
  expect(new Set(named)).toEqual(new Set(Object.keys(devDependencies)));
});
