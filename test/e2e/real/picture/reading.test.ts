import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "playwright-core";
import { sampleFleet } from "../../../page/sample-fleet.ts";
import { clusterArn, roleArn } from "../../../page/sample-graph.ts";
import { openViewer, type OpenPage, type Opening, type Viewer } from "./browser.ts";

const GATEWAY = `${clusterArn("shop")}/payments/gateway`;
const WORKLOAD = `${clusterArn("shop")}/payments/deployment/gateway`;
const MEND = `irsa create-sa --cluster shop -n payments --name gateway --attach-role-arn ${roleArn("payments-gateway")} --add-trust --approve`;

/** How wide the line is that is drawn around what has the focus. */
const STROKE = "getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth";

let viewer: Viewer;
let opened: OpenPage[] = [];

beforeAll(async () => {
  viewer = await openViewer(sampleFleet());
});
afterAll(() => viewer.close());

async function open(opening?: Opening): Promise<Page> {
  const one = await viewer.open(opening);
  opened.push(one);
  return one.page;
}

/** The page was quiet, and nothing but the file itself was asked for. */
async function isQuiet(): Promise<void> {
  for (const { page, complaints, requests } of opened) {
    expect(complaints).toEqual([]);
    expect(requests.map((request) => request.replace(/#.*/, ""))).toEqual([viewer.url]);
    await page.context().close();
  }
  opened = [];
}

const drawn = (page: Page) => page.locator("svg.picture a.node");
const rows = (page: Page) => page.locator("#findings tbody tr");
const results = (page: Page) => page.locator(".results tbody a");

describe("the picture, opened from disk", () => {
  it("shows everything there is, beside what the audit found", async () => {
    const page = await open();
    expect(await page.title()).toContain("111122223333");
    expect(await drawn(page).count()).toBe(sampleFleet().nodes.length);
    expect(await rows(page).count()).toBe(5);
    expect(await page.locator("#status").textContent()).toBe("69 nodes");
    await isQuiet();
  });

  it("finds while one types, and says how much", async () => {
    const page = await open();
    await page.getByRole("searchbox").fill("payments gate");
    await page.locator("#status", { hasText: "found" }).waitFor({ state: "attached" });
    expect(await results(page).allTextContents()).toEqual([
      "deployment/gateway",
      "gateway",
      "payments-gateway",
    ]);
    expect(await page.locator("#status").textContent()).toBe("3 nodes found");
    expect(await rows(page).count()).toBe(1);
    expect(page.url()).toContain("find=payments+gate");
    await isQuiet();
  });

  it.each<[string, (page: Page) => Promise<unknown>, string[]]>([
    [
      "state",
      (page) => page.getByRole("checkbox", { name: "stale" }).check(),
      ["orders", "cronjob/report", "report"],
    ],
    ["kind", (page) => page.getByRole("combobox", { name: "Kind" }).selectOption("clusters"), ["shop"]],
    [
      "severity",
      (page) => page.getByRole("combobox", { name: "Findings" }).selectOption("critical"),
      ["ci-deployer"],
    ],
    [
      "namespace",
      (page) => page.getByRole("combobox", { name: "Namespace" }).selectOption("search"),
      ["indexer", "search-indexer", "search", "deployment/indexer", "catalogue-bucket"],
    ],
  ])("is filtered by %s", async (_, choose, expected) => {
    const page = await open();
    await choose(page);
    await results(page).first().waitFor();
    expect((await results(page).allTextContents()).toSorted()).toEqual(expected.toSorted());
    await page.getByRole("button", { name: "Clear all" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await isQuiet();
  });

  it("shows the chain of a node that is clicked, its evidence and what fixes it; Back goes back", async () => {
    const page = await open();
    await page
      .getByRole("link", { name: "ServiceAccount gateway, broken, in shop / payments, 1 finding" })
      .click();
    await page.getByRole("heading", { name: "Chain of gateway" }).waitFor();
    expect(await drawn(page).count()).toBe(6);
    const detail = page.locator("#detail");
    expect(await detail.textContent()).toContain("system:serviceaccount:payment:gateway");
    expect(await detail.locator("code").textContent()).toBe(MEND);
    await detail.getByRole("button", { name: "Copy the command" }).click();
    await detail.getByText("Copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(MEND);
    await page.goBack();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    expect(await detail.isVisible()).toBe(false);
    await isQuiet();
  });

  it("says the chain in lists too, for those who don't see the picture", async () => {
    const page = await open({ view: { node: GATEWAY } });
    const [before, after] = await page.locator("#detail > ul.chain").all();
    const words = async (list: typeof before): Promise<string> =>
      (await list?.innerText())?.replace(/\s+/g, " ") ?? "";
    expect(await words(before)).toBe(
      "workload deployment/gateway runs as it broken namespace payments contains it broken cluster shop contains it dangerous",
    );
    expect(await words(after)).toBe(
      "can assume role payments-gateway idle, the way there broken by its annotation why trusts system:serviceaccount:payment:gateway, which is another namespace has the policy payments-keys works as attached",
    );
    await isQuiet();
  });

  it("leads from a finding to its node, and sorts them", async () => {
    const page = await open();
    await page.getByRole("link", { name: "Severity" }).click();
    await page.locator("th[aria-sort=descending]").waitFor();
    expect(await rows(page).first().textContent()).toContain("legacy-batch");
    await page.getByRole("link", { name: "media/importer" }).click();
    await page.getByRole("heading", { name: "Chain of importer" }).waitFor();
    await isQuiet();
  });

  it("has in its search field what the view was searched for, after Back too", async () => {
    const page = await open({ view: { query: "orders" } });
    await page.getByRole("combobox", { name: "Kind" }).selectOption("roles");
    await page.locator("#status", { hasText: "3 nodes found" }).waitFor({ state: "attached" });
    await page.getByRole("searchbox").fill("report");
    await page.locator("#status", { hasText: "1 node found" }).waitFor({ state: "attached" });
    await page.goBack();
    await page.locator("#status", { hasText: "12 nodes found" }).waitFor({ state: "attached" });
    expect(await page.getByRole("searchbox").inputValue()).toBe("orders");
    await isQuiet();
  });

  it("opens where its address leads, and says so if there is nothing", async () => {
    const page = await open({ view: { node: roleArn("ci-deployer") } });
    await page.getByRole("heading", { name: "Chain of ci-deployer" }).waitFor();
    const other = await open({ view: { node: "arn:aws:iam::1:role/x" } });
    await other.getByRole("heading", { name: "Not found" }).waitFor();
    await isQuiet();
  });

  it("prints the chain and the table without what is to be clicked", async () => {
    const page = await open({ view: { node: GATEWAY } });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".toolbar").isVisible()).toBe(false);
    expect(await page.getByRole("button").count()).toBe(0);
    expect(await page.locator("svg.picture").isVisible()).toBe(true);
    const paper = await page.pdf({ format: "A4" });
    expect(paper.subarray(0, 5).toString()).toBe("%PDF-");
    await isQuiet();
  });
});

describe("the keyboard alone", () => {
  it("searches, opens what is found, and closes it", async () => {
    const page = await open();
    await page.keyboard.press("/");
    await page.keyboard.type("payments gate");
    await results(page).first().waitFor();
    for (let presses = 0; presses < 60 && !(await isFocused(page, ".results a")); presses += 1) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Chain of deployment/gateway" }).waitFor();
    expect(await isFocused(page, "#detail-heading")).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Found" }).waitFor();
    expect(await isFocused(page, `[data-key="${WORKLOAD}"]`)).toBe(true);
    await isQuiet();
  });

  it("reaches every node of the picture, and shows where it is", async () => {
    const page = await open({ view: { query: "payments" } });
    const labels = await drawn(page).evaluateAll((nodes) =>
      nodes.map((node) => node.querySelector("title")?.textContent),
    );
    await drawn(page).first().focus();
    const reached = [];
    for (const _ of labels) {
      reached.push(await page.locator(":focus title").textContent());
      expect(await page.evaluate(STROKE)).toBe("4px");
      await page.keyboard.press("Tab");
    }
    expect(reached).toEqual(labels);
    await isQuiet();
  });

  it("skips the picture", async () => {
    const page = await open();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await isFocused(page, "#findings-heading")).toBe(true);
    await isQuiet();
  });

  it("moves among the nodes by arrows", async () => {
    const page = await open({ view: { node: GATEWAY } });
    await drawn(page).first().focus();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
    expect(await page.locator(":focus title").textContent()).toContain("workload deployment/gateway");
    await isQuiet();
  });
});

async function isFocused(page: Page, selector: string): Promise<boolean> {
  return (await page.locator(`${selector}:focus`).count()) === 1;
}
