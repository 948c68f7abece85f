import { existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix, resolve, sep } from "node:path";
import { ROUTES, SECTIONS, titleOf } from "./pages.ts";

/** What the sources say of the site as a whole, beside its pages. */
export interface SiteFacts {
  readonly description: string;
  /** Where the sources can be read, for links to what is not a page. */
  readonly repository: string;
  readonly version: string;
}

/** Writes each page into a folder, with its links as the site has them, and the navigation beside them. */
export function stage(into: string, facts: SiteFacts): void {
  const write = (path: string, contents: string | Buffer): void => {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), contents);
  };
  for (const [file, route] of ROUTES) {
    const text = withLinks(readFileSync(file, "utf8"), (target, isImage) => {
      const path = posix.join(posix.dirname(file), target);
      const page = ROUTES.get(path);
      if (page !== undefined) return relative(route, page);
      if (!isInCheckout(path) || !existsSync(path)) return target;
      if (!isImage) return sourceOf(path, facts.repository);
      const image = `/images/${basename(path)}`;
      write(image, readFileSync(path));
      return relative(route, image);
    });
    write(route, text);
  }
  write(".vitepress/site.json", JSON.stringify({ ...navigation(), ...facts }));
}

/** Nothing from elsewhere comes into the site, whatever a page links to. @param path from the checkout */
export function isInCheckout(path: string): boolean {
  const folder = realpathSync(".");
  const file = existsSync(path) ? realpathSync(path) : resolve(path);
  return file === folder || file.startsWith(folder + sep);
}

function relative(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

function sourceOf(path: string, repository: string): string {
  return `${repository}/${statSync(path).isDirectory() ? "tree" : "blob"}/main/${path.replace(/\/$/, "")}`;
}

/** The links of a page to files, each replaced by what `of` gives for its path; code has no links. */
function withLinks(markdown: string, of: (target: string, isImage: boolean) => string): string {
  const LINK = /^```[^]*?^```$|(!?\[[^\]]*\]\()(?![a-z]+:|#)([^)#\s]+)/gm;
  return markdown.replaceAll(LINK, (whole, opening: string | undefined, target: string | undefined) =>
    opening === undefined || target === undefined ? whole : opening + of(target, opening.startsWith("!")),
  );
}

/** VitePress' navigation: a bar of sections, and for each section the list of its pages at the side. */
function navigation(): { readonly nav: unknown; readonly sidebar: unknown } {
  const sidebar = SECTIONS.map(({ text, path, entries }) => {
    const items = entries.map(({ file, text }) => {
      const link = (ROUTES.get(file) ?? "").replace(/(index)?\.md$/, "");
      return { text: text ?? titleOf(file), link };
    });
    return [path, [{ text, items }]] as const;
  });
  return {
    nav: SECTIONS.map(({ text, path }) => ({
      text,
      link: path,
      activeMatch: `^${path}${path === "/" ? "[^/]*$" : ""}`,
    })),
    sidebar: Object.fromEntries(sidebar),
  };
}
