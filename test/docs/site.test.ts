import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildSite } from "../../scripts/docs-site/build.ts";
import { ROUTES } from "../../scripts/docs-site/pages.ts";
import { isInCheckout } from "../../scripts/docs-site/stage.ts";

const pages = [".", "docs", "packages/sandbox"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: folder === "docs", encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith(".md"));

it("every page is in the navigation, once", () => {
  expect([...ROUTES.keys()].toSorted()).toEqual(pages.toSorted());
  expect(new Set(ROUTES.values()).size).toBe(ROUTES.size);
});

it("has nothing from outside of the checkout", () => {
  const outside = ["../../../../etc/hostname", "/etc/hostname", "..", "../siteX/a.png"];
  expect(outside.filter(isInCheckout)).toEqual([]);
  expect(["docs", "docs/../README.md", "..gone/a.png"].filter(isInCheckout)).toHaveLength(3);
});

it.each([".", "..", "/"])("does not replace the checkout by a site in %s", async (out) => {
  await expect(buildSite(out)).rejects.toThrow(`--out '${out}' would replace the checkout itself`);
});
