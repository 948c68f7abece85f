import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { joinedFleet } from "../../../page/joined-fleet.ts";
import { openViewer, type Viewer } from "./browser.ts";

describe("a picture of a few AWS accounts", () => {
  let viewer: Viewer;
  beforeAll(async () => {
    viewer = await openViewer(joinedFleet(3, 1));
  });
  afterAll(() => viewer.close());

  it("draws them with what leads from one to another, and what could not be read", async () => {
    const { page, complaints, requests } = await viewer.open();
    const names = await page.locator("svg.picture a.node > title").allTextContents();
    expect(names.filter((name) => name.startsWith("AWS account ")).toSorted()).toEqual([
      "AWS account hub, works",
      "AWS account team-1, works",
      "AWS account team-2, works",
      "AWS account vault, unknown",
    ]);
    expect(names.filter((name) => name.startsWith("role lake-reader"))).toHaveLength(1);
    expect(await page.getByRole("banner").textContent()).toContain("4 AWS accounts · 3 clusters");
    expect([complaints, requests.length]).toEqual([[], 1]);
  });

  it("says of an AWS account why it could not be read, and of a role where it is", async () => {
    const vault = await viewer.open({ view: { node: "AWS account 900000000000" } });
    expect(await vault.page.locator("#detail").textContent()).toContain(
      "all of it: not permitted: sts:AssumeRole",
    );
    const role = await viewer.open({ view: { node: "arn:aws:iam::100000000000:role/lake-reader" } });
    expect(await role.page.locator("#detail").textContent()).toContain("100000000000 (hub)");
  });
});

describe("a picture of many AWS accounts", () => {
  let viewer: Viewer;
  beforeAll(async () => {
    viewer = await openViewer(joinedFleet(200, 5));
  });
  afterAll(() => viewer.close());

  it("begins with them and their clusters, the worst first, a page at a time", async () => {
    const { page, complaints } = await viewer.open();
    await page.getByRole("heading", { name: "AWS accounts and clusters" }).waitFor();
    expect(await page.locator("svg.picture").count()).toBe(0);
    expect(await page.locator(".card").count()).toBe(60);
    expect(await page.locator(".card").first().textContent()).toBe(
      "eks-41 namespace, 1 ServiceAccount1 broken",
    );
    await page.getByLabel("pages of clusters").getByRole("link", { name: "Next" }).click();
    await page.getByText("61–120 of 1,001").waitFor();
    expect(complaints).toEqual([]);
  });

  it("keeps clusters of the same name apart", async () => {
    const view = { namespace: "eks-4 (100000000007, eu-west-1)/payments" };
    const { page } = await viewer.open({ view });
    expect(await page.locator("svg.picture a.node.cluster").count()).toBe(1);
  });
});
