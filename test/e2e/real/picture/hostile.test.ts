import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { shellCommand } from "../../../../src/output/shell.ts";
import { clusterArn, roleArn, sketch } from "../../../page/sample-graph.ts";
import { openViewer, type Viewer } from "./browser.ts";
import { PATIENCE } from "../../../worlds/patience.ts";

/** Names, labels and values that want to be more than text, and how they must be shown. */
const NAMES: readonly (readonly [name: string, shown: string])[] = [
  ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
  ["</script><script>alert(1)</script>", "</script><script>alert(1)</script>"],
  ["<!--<script>", "<!--<script>"],
  ["javascript:alert(1)", "javascript:alert(1)"],
  [`"onmouseover="alert(1)`, `"onmouseover="alert(1)`],
  ["invoice\u202Efdp.exe", String.raw`invoice\u202efdp.exe`],
  ["ad\u200Bmin", String.raw`ad\u200bmin`],
  ["two\u2028lines\u0000", String.raw`two\u2028lines\u0000`],
  ["\u3164\u3164", String.raw`\u3164\u3164`],
  ["__proto__", "__proto__"],
  ["constructor", "constructor"],
  ["%2e%2e#&node=x", "%2e%2e#&node=x"],
  ["שלום-role", "שלום-role"],
];
const LONG = `long-${"x".repeat(10_000)}-end`;

function hostileGraph() {
  const made = sketch();
  const cluster = made.node("cluster", clusterArn("shop"), "shop", { cluster: clusterArn("shop") });
  for (const name of [...NAMES.map(([name]) => name), LONG]) {
    const namespace = made.node("namespace", `${cluster}/${name}`, name, {
      cluster: clusterArn("shop"),
      namespace: name,
    });
    const serviceAccount = made.node("service-account", `${cluster}/${name}/${name}`, name, {
      cluster: clusterArn(name),
      namespace: name,
      state: "broken",
      facts: [[name, name]],
    });
    const role = made.node("role", `${roleArn("x")} ${name}`, name, { state: "dangerous" });
    made.edge("contains", cluster, namespace);
    made.edge("contains", namespace, serviceAccount);
    made.edge("assumes", serviceAccount, role, "broken", [[name, name]]);
    made.found(serviceAccount, {
      rule: "annotation-refused",
      severity: "high",
      message: name,
      remedy: `irsa ${name}`,
      evidence: [[name, name]],
    });
  }
  return made.graph();
}

const serviceAccountId = (name: string): string => `${clusterArn("shop")}/${name}/${name}`;

let viewer: Viewer;

beforeAll(async () => {
  viewer = await openViewer(hostileGraph());
});
afterAll(() => viewer.close());

it("draws names that want to be markup, script, or invisible, as what they are", async () => {
  const { page, complaints, requests } = await viewer.open();
  const titles = await page.locator("svg.picture a.node.role title").allTextContents();
  for (const [, shown] of NAMES) expect(titles).toContain(`role ${shown}, dangerous`);
  expect(await page.locator("img, iframe, object, embed, link, [onerror], [onmouseover]").count()).toBe(0);
  expect(await page.locator("script").count()).toBe(2);
  expect(complaints).toEqual([]);
  expect(requests).toHaveLength(1);
});

it.each(NAMES)("shows the chain, the finding and the fix of %j", async (name, shown) => {
  const { page, complaints, requests } = await viewer.open({
    view: { node: serviceAccountId(name), query: name },
  });
  expect(await page.locator("#detail-heading").textContent()).toBe(shown);
  // A command is shown as it is to be pasted.
  expect(await page.locator("#detail code").textContent()).toBe(shellCommand(["irsa", ...name.split(" ")]));
  expect(await page.locator("#detail dl").first().textContent()).toBe(`${shown}${shown}`);
  expect(await page.locator("#detail .chain").last().textContent()).toContain(shown);
  expect(complaints).toEqual([]);
  expect(requests).toHaveLength(1);
  await page.context().close();
});

it.each([
  ["markup", `document.body.innerHTML = "<img src=x>"`],
  ["a script", `add("script", { textContent: "globalThis.ran = 1" })`],
  ["code from text", `new Function("globalThis.ran = 1")()`],
  ["a style", `add("style", { textContent: "* { display: none }" })`],
  ["an image", `add("img", { src: outside })`],
  ["a frame", `add("iframe", { src: outside })`],
  ["a request", `fetch(outside)`],
  ["a form", `add("form", { action: outside }).submit()`],
])("has a policy that stops %s, if any got in", async (_, code) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const outside = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { page, complaints } = await viewer.open();
  await page.addInitScript(`
    const outside = ${JSON.stringify(outside)};
    const add = (name, values) => document.body.appendChild(Object.assign(document.createElement(name), values));
    addEventListener("load", () => { ${code} });`);
  await page.reload();
  await expect
    .poll(() => complaints.join("\n"), PATIENCE)
    .toMatch(/Content Security Policy|requires 'Trusted/);
  expect(await page.evaluate("globalThis.ran")).toBeUndefined();
  expect(await page.locator(".head").isVisible()).toBe(true);
  expect(asked).toEqual([]);
  await page.context().close();
  server.close();
});

it("gives a name of ten thousand characters no more room than it needs, and all of it where it is asked for", async () => {
  const { page, complaints } = await viewer.open({ view: { node: serviceAccountId(LONG) }, size: "small" });
  expect(await page.locator("#detail-heading").textContent()).toMatch(/^long-x+…x+-end$/);
  expect(await page.locator("#detail dd").first().textContent()).toBe(LONG);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(380);
  expect(complaints).toEqual([]);
});
