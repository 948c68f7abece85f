import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { runIn } from "../fakes/command-line.ts";
import { withAgent, withIrsa } from "../fakes/moving-world.ts";
import { aWorld } from "../fakes/world.ts";

const LINE =
  "migrate-pod-identity --all --cluster eks-work-cluster --region ap-northeast-2 --approve -o json";
const folder = mkdtempSync(join(inject("runFolder"), "sdk-files-"));

/** A lock file of an application with these packages of npm. */
function lockFile(name: string, packages: Readonly<Record<string, string>>): string {
  const file = join(folder, `${name}.json`);
  const components = Object.entries(packages).map(([one, version]) => ({
    type: "library",
    name: one,
    version,
    purl: `pkg:npm/${one.replace("@", "%40")}@${version}`,
  }));
  writeFileSync(file, JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.5", components }));
  return file;
}

const OLD = lockFile("old", { "@aws-sdk/client-sts": "3.300.0", "@aws-sdk/client-s3": "3.300.0" });
const NEW = lockFile("new", { "@aws-sdk/client-sts": "3.900.0", "@aws-sdk/client-s3": "3.900.0" });
const NONE = lockFile("none", { express: "5.0.0" });

async function run(flags: string) {
  const world = withIrsa(withIrsa(withAgent(aWorld().withProvider()), "shop/cart"), "shop/till");
  const { failure, heard } = await runIn(world, `${LINE} ${flags}`);
  const text = heard.out.join("\n");
  return {
    failure,
    text,
    isUnknown: text.includes("sdk-unchecked"),
    moved: [...world.associations.keys()].toSorted(),
  };
}

it.each([
  ["of all, new enough", NEW, ["shop/cart", "shop/till"], false],
  ["of all, too old", OLD, [], false],
  ["of one, too old", `shop/cart=${OLD}`, ["shop/till"], true],
  ["of one, new enough", `shop/cart=${NEW}`, ["shop/cart", "shop/till"], true],
  ["of each, one too old", `shop/cart=${NEW} --sdk-files shop/till=${OLD}`, ["shop/cart"], false],
  ["of one that is not migrated", `shop/other=${OLD}`, ["shop/cart", "shop/till"], true],
  ["without an AWS SDK", NONE, ["shop/cart", "shop/till"], true],
] as const)("a lock file or SBOM %s", async (_what, files, moved, isUnknown) => {
  const found = await run(`--sdk-files ${files}`);
  expect(found.moved).toEqual(moved);
  expect(found.isUnknown).toBe(isUnknown);
  expect(found.text.includes("@aws-sdk/client-sts 3.300.0 (needs ")).toBe(moved.length < 2);
});

it.each(["/nowhere/package-lock.json", `shop/cart=${join(folder, "none.txt")}`])(
  "what can't be read ends the run before anything is read of AWS: %s",
  async (file) => {
    const { failure, moved } = await run(`--sdk-files ${file}`);
    expect(failure?.kind).toBe("input");
    expect(moved).toEqual([]);
  },
);
