import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const pages = [".", "docs", "packages/sandbox"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: folder !== ".", encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith(".md"));

/** The files that a page links to, beside it. */
function targets(page: string): string[] {
  const links = readFileSync(page, "utf8").matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g);
  return [...links].map(([, target = ""]) => join(dirname(page), target));
}

it.each(pages)("%s links to files that exist", (page) => {
  expect(targets(page).filter((target) => !existsSync(target))).toEqual([]);
});
