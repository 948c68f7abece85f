import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { graphHtml as graphHtmlOf, shownGraph } from "../../src/output/graph-html.ts";
import { PAGE_NOTICES, PAGE_SCRIPT, PAGE_STYLE } from "../../src/output/page-parts.ts";
import { unpack } from "../../src/page/data/packed-graph.ts";
import { arbitraryGraph } from "../page/arbitrary-graph.ts";
import { sampleFleet } from "../page/sample-fleet.ts";
import { shownText } from "../fakes/shown.ts";

const graphHtml = shownText(graphHtmlOf);

/** Ways by which text becomes markup or code. */
const MARKUP_OR_CODE =
  /(inner|outer)HTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\(|new Function|setHTML/;

const html = graphHtml(sampleFleet());

describe("the page", () => {
  it("carries the graph, whatever is in it, and nothing of that ends the element that it is in", () => {
    fc.assert(
      fc.property(arbitraryGraph, (graph) => {
        const page = graphHtml(graph);
        const [, data = ""] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
        expect(unpack(JSON.parse(data))).toEqual(shownGraph(graph));
        expect(data).not.toMatch(/[<>\u2028\u2029]/);
        expect(page.match(/<script/g)).toHaveLength(2);
      }),
    );
  });

  it("lets run what it brings and nothing else", () => {
    const [, policy = ""] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      `script-src ${hash(PAGE_SCRIPT)}`,
      `style-src ${hash(PAGE_STYLE)}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(html).toContain(`<script>${PAGE_SCRIPT}</script>`);
    expect(html).toContain(`<style>${PAGE_STYLE}</style>`);
  });

  it("has no address in it that could be fetched: what it links to is itself", () => {
    expect(html.match(/\b(src|href)=(?!"#)[^\s>]*/g)).toBeNull();
    expect(PAGE_STYLE).not.toMatch(/url\(|@import/);
  });

  it("has the licenses of what it brings", () => {
    for (const name of ["@dagrejs/dagre ", "@dagrejs/graphlib ", "d3-shape ", "d3-path "]) {
      expect(PAGE_NOTICES).toContain(name);
    }
  });

  it("is the same every time", () => {
    expect(graphHtml(sampleFleet())).toBe(html);
  });
});

describe("the code of the page", () => {
  const sources = readdirSync("src/page", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => [file, readFileSync(join("src/page", file), "utf8")]);

  it.each([...sources, ["the bundle", PAGE_SCRIPT]])(
    "makes neither markup nor code of text: %s",
    (_, text) => {
      expect(text).not.toMatch(MARKUP_OR_CODE);
    },
  );

  it("begins with its Unicode byte for byte: nothing in it is outside of what a file can hold", () => {
    expect(Buffer.from(html, "utf8").toString("utf8")).toBe(html);
  });
});
