import { existsSync, readdirSync, readFileSync } from "node:fs";
import packageJson from "../../package.json" with { type: "json" };
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

const pages = [".", "docs", "packages/sandbox"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: folder !== ".", encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith(".md"));

/** The files that a page links to, beside it; a code block has no links. */
function targets(page: string): string[] {
  const links = readFileSync(page, "utf8")
    .replaceAll(/^```[^]*?^```$/gm, "")
    .matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g);
  return [...links].map(([, target = ""]) => join(dirname(page), target));
}

it.each(pages)("%s links to files that exist", (page) => {
  expect(targets(page).filter((target) => !existsSync(target))).toEqual([]);
});

/** What npm packs, beside what package.json lists. */
const PACKED = [...packageJson.files, "package.json", "README.md", "LICENSE"];

function isPacked(target: string): boolean {
  return PACKED.some((entry) => target === entry || target.startsWith(`${entry}/`));
}

it("README links to nothing that is not in the package", () => {
  expect(targets("README.md").length).toBeGreaterThan(20);
  expect(targets("README.md").filter((target) => !isPacked(target))).toEqual([]);
});

it.each(pages.filter((page) => page !== "README.md" && isPacked(page)))(
  "%s links to what is in the package, and to tests",
  (page) => {
    const outside = targets(page).filter(
      (target) => !isPacked(target) && !/^(?:packages\/\w+\/)?test\//.test(target),
    );
    expect(outside).toEqual([]);
  },
);

it("would find a link to what is not in the package", () => {
  expect(
    ["docs/json.md", "LICENSE", "src/main.ts", "docs-more/x.md"].filter((target) => !isPacked(target)),
  ).toEqual(["src/main.ts", "docs-more/x.md"]);
});
