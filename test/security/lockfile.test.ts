import { readFile } from "node:fs/promises";
import { expect } from "vitest";
import { lockProblems, type Lockfile } from "../../scripts/release-state.mjs";
import { attack } from "./attack.ts";

const read = async (path: string) => JSON.parse(await readFile(path, "utf8")) as Lockfile;
const lockfile = () => read("package-lock.json");
/** What is installed: as the lockfile has it. */
const installed = lockfile;
const PACKAGE = "node_modules/commander";

/** What a release says of a lockfile in which one package is another. */
async function withChange(change: Lockfile["packages"][string]): Promise<string[]> {
  const locked = await lockfile();
  const packages = { ...locked.packages, [PACKAGE]: { ...locked.packages[PACKAGE], ...change } };
  return lockProblems({ packages }, await installed());
}

const honest = async () => expect(lockProblems(await lockfile(), await installed())).toEqual([]);

attack("pull-request author", "a lockfile that takes a package from another server", {
  attack: async () =>
    expect(await withChange({ resolved: "https://registry.npmjs.org.evil.example/commander.tgz" })).toEqual([
      expect.stringContaining("is not from the npm registry"),
    ]),
  twin: honest,
});

attack("pull-request author", "a lockfile with the checksum of other content", {
  attack: async () =>
    expect(await withChange({ integrity: `sha512-${"A".repeat(86)}==` })).toEqual([
      expect.stringContaining("not installed as in package-lock.json: node_modules/commander"),
    ]),
  twin: honest,
});

attack(
  "pull-request author",
  "a lockfile that takes a workspace's name from the registry, or links it to another folder",
  {
    attack: async () => {
      const { packages } = await lockfile();
      const name = "node_modules/irsa-sandbox";
      const { integrity = "" } = packages[PACKAGE] ?? {};
      const changed = [
        { resolved: "https://registry.npmjs.org/irsa-sandbox/-/irsa-sandbox-0.1.0.tgz", integrity },
        { resolved: "../elsewhere", link: true },
        { resolved: "packages/other", link: true },
      ].map((entry) => ({ packages: { ...packages, [name]: entry } }));
      const installed = await lockfile();
      for (const locked of changed)
        expect(lockProblems(locked, installed)).toEqual(
          expect.arrayContaining([expect.stringContaining("node_modules/irsa-sandbox")]),
        );
    },
    twin: honest,
  },
);
