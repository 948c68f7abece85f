import axe from "axe-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { View } from "../../../../src/page/data/view.ts";
import { largeGraph } from "../../../page/large-graph.ts";
import { sampleFleet } from "../../../page/sample-fleet.ts";
import { clusterArn } from "../../../page/sample-graph.ts";
import { openViewer, SIZES, type Viewer } from "./browser.ts";

/** Of the rule that is off, every link within the page is one that skips something; a page with no other links has only such. */
const AS_TEXT = `axe.run({ rules: { "skip-link": { enabled: false } } }).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => id + " " + target.join(" ") + " " + failureSummary)))`;

const VIEWS: readonly (readonly [name: string, view: Partial<View>])[] = [
  ["the whole", {}],
  ["a chain", { node: `${clusterArn("shop")}/payments/gateway` }],
  ["a dangerous chain", { node: `${clusterArn("shop")}/ci` }],
  ["what was found", { query: "a", states: ["works", "broken"] }],
  ["nothing", { query: "no such thing" }],
];

let fleet: Viewer;
let large: Viewer;

beforeAll(async () => {
  fleet = await openViewer({
    ...sampleFleet(),
    notRead: [{ what: "pods", code: "Forbidden", message: "may not list" }],
  });
  large = await openViewer(largeGraph({ namespaces: 70, workloads: 2 }));
});
afterAll(async () => {
  await fleet.close();
  await large.close();
});

const EACH = [
  ...VIEWS.map(([name, view]) => ({ name, view, scheme: "light", size: "small" }) as const),
  ...VIEWS.map(([name, view]) => ({ name, view, scheme: "light", size: "medium" }) as const),
  ...VIEWS.map(([name, view]) => ({ name, view, scheme: "dark", size: "large" }) as const),
];

it.each(EACH)("axe finds nothing in $name, $scheme, $size", async ({ view, scheme, size }) => {
  expect(await violations(fleet, { view, scheme, size })).toEqual([]);
});

it.each(["light", "dark"] as const)("axe finds nothing in the overview, %s", async (scheme) => {
  expect(await violations(large, { scheme })).toEqual([]);
});

it("has no more width than the screen at any size, but for the picture in its own box", async () => {
  for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
    for (const [, view] of VIEWS) {
      const { page } = await fleet.open({ view, size });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(SIZES[size].width);
      await page.context().close();
    }
  }
});

it("is not cut by the page's own scroll bar, where there is room for the picture", async () => {
  const desk = await openViewer(sampleFleet(), { scrollBars: true });
  try {
    const { page } = await desk.open({ size: "medium" });
    expect(await page.evaluate("innerWidth - document.documentElement.clientWidth")).toBeGreaterThan(0);
    const beyond =
      "document.querySelector('.canvas').scrollWidth - document.querySelector('.canvas').clientWidth";
    expect(await page.evaluate(beyond)).toBe(0);
  } finally {
    await desk.close();
  }
});

/** axe is put in beside the page's own policy, which would not let it run. */
async function violations(viewer: Viewer, opening: Parameters<Viewer["open"]>[0]): Promise<unknown> {
  const { page } = await viewer.open({ ...opening, bypassCSP: true });
  await page.evaluate(axe.source);
  const found = await page.evaluate(AS_TEXT);
  await page.context().close();
  return found;
}
