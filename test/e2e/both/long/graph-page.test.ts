import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CLUSTER_NAME, type World } from "../../../worlds/world.ts";
import { startAccessWorld } from "../../access-world.ts";
import { irsa } from "../../irsa.ts";
import { openViewer, type Viewer } from "../../real/picture/browser.ts";

let world: World;
let folder: string;
let viewer: Viewer;

beforeAll(async () => {
  ({ world } = await startAccessWorld());
  folder = await mkdtemp(join(tmpdir(), "irsa-picture-"));
  const file = join(folder, "graph.html");
  const { code } = await irsa(
    ["graph", "--cluster", CLUSTER_NAME, "--file", file],
    world.environmentOf("admin"),
  );
  expect(code).toBe(0);
  viewer = await openViewer(await readFile(file, "utf8"));
});
afterAll(async () => {
  await viewer?.close();
  await rm(folder, { recursive: true, force: true });
  await world?.stop();
});

it("makes a page of what is there: a dangerous role is found, and how it comes about", async () => {
  const { page, complaints, requests } = await viewer.open();
  await page.getByRole("checkbox", { name: "dangerous" }).check();
  await page.locator(".results").getByRole("link", { name: "admin" }).click();
  await page.getByRole("heading", { name: "Chain of admin" }).waitFor();
  const detail = await page.locator("#detail").innerText();
  expect(detail).toContain("administrator");
  expect(detail).toContain("every ServiceAccount in the cluster");
  expect(complaints).toEqual([]);
  expect(requests).toHaveLength(1);
});

it("names the broken link of a ServiceAccount that is annotated with a role that is gone", async () => {
  const { page, complaints } = await viewer.open();
  await page.locator("#findings").getByRole("link", { name: "shop/web" }).first().click();
  await page.getByRole("heading", { name: "Chain of web" }).waitFor();
  expect(await page.locator("#detail > ul.chain").last().innerText()).toMatch(
    /can assume role\s+gone\s+broken/,
  );
  expect(complaints).toEqual([]);
});
