// VitePress' configuration. It runs beside the pages that stage.ts wrote, with what they are in site.json.
import { readFileSync } from "node:fs";

const site = JSON.parse(readFileSync(new URL("site.json", import.meta.url), "utf8"));

/** The anchors that GitHub gives to headings: the pages' own links were written for them. */
const slugify = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");

/** The pages are Markdown, not Vue's templates: braces in them are braces. */
function withoutTemplates(markdown) {
  const { code_inline: code, text } = markdown.renderer.rules;
  markdown.renderer.rules.code_inline = (tokens, index, ...more) => {
    tokens[index].attrSet("v-pre", "");
    return code(tokens, index, ...more);
  };
  markdown.renderer.rules.text = (...all) => text(...all).replaceAll("{", "&#123;");
}

export default {
  lang: "en-US",
  title: "irsa",
  // None, so that browsers don't ask for one.
  head: [["link", { rel: "icon", href: "data:," }]],
  titleTemplate: ":title · irsa",
  description: site.description,
  // Nothing of a reader's is kept but the choice of light or dark, in the browser.
  appearance: true,
  lastUpdated: false,
  // Links to what is not a page would be a page's own mistake.
  ignoreDeadLinks: false,
  markdown: {
    anchor: { slugify },
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: withoutTemplates,
  },
  vite: { build: { chunkSizeWarningLimit: 4096 }, logLevel: "warn" },
  themeConfig: {
    siteTitle: `irsa ${site.version}`,
    nav: site.nav,
    sidebar: site.sidebar,
    outline: { level: [2, 3], label: "On this page" },
    search: {
      provider: "local",
      options: {
        // The page of all messages has every word: it comes last.
        miniSearch: { searchOptions: { boostDocument: (id) => (id.includes("/messages") ? 0.1 : 1) } },
      },
    },
    externalLinkIcon: true,
    notFound: {
      title: "Page not found",
      quote: "The address may be of another version. Search, or start at the first page.",
      linkText: "First page",
    },
  },
};
