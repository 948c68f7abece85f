import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findOrganizationPolicy } from "../../src/commands/shared/session/organization-file.ts";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "irsa-rules-"));
  await mkdir(join(root, "a", "b"), { recursive: true });
  await writeFile(join(root, ".irsa.yaml"), "rolePrefix: top-\n");
  await writeFile(join(root, "other.yaml"), "rolePrefix: other-\n");
});
afterAll(() => rm(root, { recursive: true }));

it("is found from the working folder upwards, the nearest first", async () => {
  expect(await findOrganizationPolicy(join(root, "a", "b"), "")).toMatchObject({ rolePrefix: "top-" });
  await writeFile(join(root, "a", ".irsa.yaml"), "rolePrefix: near-\n");
  expect(await findOrganizationPolicy(join(root, "a", "b"), "")).toMatchObject({ rolePrefix: "near-" });
});

it("is the one that IRSA_CONFIG names", async () => {
  const named = join(root, "other.yaml");
  expect(await findOrganizationPolicy(root, named)).toMatchObject({ rolePrefix: "other-", file: named });
});

it.each([
  ["is not there", "nowhere.yaml", /no such file/],
  ["is a directory", "a", /can't be read: it is a directory/],
])("stops where the named file %s", async (_what, name, expected) => {
  await expect(findOrganizationPolicy(root, join(root, name))).rejects.toThrow(expected);
});
