import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROUTES } from "../../scripts/docs-site/pages.ts";

const pages = [".", "docs", "packages/sandbox"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: folder === "docs", encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith(".md"));

it("every page is in the navigation, once", () => {
  expect([...ROUTES.keys()].toSorted()).toEqual(pages.toSorted());
  expect(new Set(ROUTES.values()).size).toBe(ROUTES.size);
});
